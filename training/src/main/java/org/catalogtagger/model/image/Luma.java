package org.catalogtagger.model.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * ITU-R BT.601 luma, 0.299 R + 0.587 G + 0.114 B, in the 16-bit fixed point of Pillow's {@code convert('L')}, so that
 * a model trained in Python and one trained here see the same gray levels. Java's own {@code TYPE_BYTE_GRAY} conversion
 * is another, gamma-aware one.
 */
final class Luma {
    private static final int RED = 19595;
    private static final int GREEN = 38470;
    private static final int BLUE = 7471;
    private static final int HALF = 0x8000;

    private Luma() {}

    /** The gray levels of an image, row by row, each an unsigned byte; transparency is laid over white. */
    static byte[] of(BufferedImage image) {
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR) {
            return ofBgr(image);
        }
        boolean grayLevels = image.getColorModel().getNumColorComponents() == 1
                && !(image.getColorModel() instanceof IndexColorModel);
        return grayLevels ? ofGray(image) : ofAny(image);
    }

    private static byte[] ofBgr(BufferedImage image) {
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        byte[] gray = new byte[image.getWidth() * image.getHeight()];
        for (int i = 0, j = 0; i < gray.length; i++, j += 3) {
            gray[i] = (byte) luma(bgr[j + 2] & 0xFF, bgr[j + 1] & 0xFF, bgr[j] & 0xFF);
        }
        return gray;
    }

    /** Gray samples are taken as they are: {@code getRGB} would brighten them, taking them for linear light. */
    private static byte[] ofGray(BufferedImage image) {
        Raster raster = image.getRaster();
        int width = image.getWidth();
        int maximum = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
        boolean hasAlpha = raster.getNumBands() == 2;
        int[] row = new int[width];
        int[] alpha = new int[width];
        byte[] gray = new byte[width * image.getHeight()];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getSamples(0, y, width, 1, 0, row);
            if (hasAlpha) {
                raster.getSamples(0, y, width, 1, 1, alpha);
            }
            for (int x = 0; x < width; x++) {
                int level = scale(row[x], maximum);
                gray[y * width + x] = (byte) (hasAlpha ? overWhite(level, scale(alpha[x], maximum)) : level);
            }
        }
        return gray;
    }

    private static byte[] ofAny(BufferedImage image) {
        int width = image.getWidth();
        int[] row = new int[width];
        byte[] gray = new byte[width * image.getHeight()];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int argb = row[x];
                int level = luma(argb >> 16 & 0xFF, argb >> 8 & 0xFF, argb & 0xFF);
                gray[y * width + x] = (byte) overWhite(level, argb >>> 24);
            }
        }
        return gray;
    }

    private static int luma(int red, int green, int blue) {
        return (RED * red + GREEN * green + BLUE * blue + HALF) >> 16;
    }

    private static int overWhite(int level, int alpha) {
        return alpha == 255 ? level : (level * alpha + 255 * (255 - alpha) + 127) / 255;
    }

    private static int scale(int sample, int maximum) {
        return maximum == 255 ? sample : (int) ((sample * 255L + maximum / 2) / maximum);
    }
}
