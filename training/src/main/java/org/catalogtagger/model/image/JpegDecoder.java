package org.catalogtagger.model.image;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;

import java.util.Arrays;
import java.util.Random;

/**
 * Decodes JPEGs by libjpeg-turbo, and CMYK by the JDK's, which gives its bands as they are. Colours are decoded before gray
 * is made of them: the luma channel alone is another picture where colours are clipped, as in damaged files.
 */
final class JpegDecoder {
    /** Larger pictures are decoded at a half, a quarter or an eighth of their size, which libjpeg does while it decodes. */
    private static final long FULL_SIZE_PIXELS = 1_000_000;

    private static final long MOST_PIXELS_AT_ONCE = 16_000_000;

    /** So many times the model's size are left for averaging over areas, */
    private static final int OVERSAMPLING = 2;

    /** and so many where the product, which may fill half of the picture either way, is brought to that size. */
    private static final int OVERSAMPLING_TO_TRIM = 4;

    private static final int MIDDLE_GRAY = 128;
    private static final byte[] NOTHING = {};
    private static final byte[] FILLER = filler();

    private final NativeImages images;
    private final Framing framing;
    private final CmykJpegReader cmyk = new CmykJpegReader();

    JpegDecoder(NativeImages images, Framing framing) {
        this.images = images;
        this.framing = framing;
    }

    /** Decodes a file to an upright picture, framed. */
    byte[] decode(byte[] encoded, ImageLimits limits) throws UnreadableImageException {
        JpegFile file = JpegFile.parse(encoded, limits);
        JpegFrame frame = file.frame();
        byte[] vetted = file.vetted(encoded, NOTHING);
        if (frame.components().size() == 4 && CmykJpegReader.takes(frame)) {
            return images.framed(file.orientation()
                    .upright(cmyk.read(vetted, file, framing.size().colors())));
        }
        int reduction = reduction(file);
        decode(vetted, frame, reduction);
        checkDataSuffice(encoded, file, reduction);
        if (file.orientation() == Orientation.UPRIGHT) {
            return images.framedDecoded();
        }
        return images.framed(file.orientation().upright(images.decodedPicture()));
    }

    private void decode(byte[] vetted, JpegFrame frame, int reduction) throws UnreadableImageException {
        boolean gray = frame.components().size() == 1;
        int flags =
                switch (reduction) {
                    case 1 -> gray ? IMREAD_GRAYSCALE : IMREAD_COLOR;
                    case 2 -> gray ? IMREAD_REDUCED_GRAYSCALE_2 : IMREAD_REDUCED_COLOR_2;
                    case 4 -> gray ? IMREAD_REDUCED_GRAYSCALE_4 : IMREAD_REDUCED_COLOR_4;
                    default -> gray ? IMREAD_REDUCED_GRAYSCALE_8 : IMREAD_REDUCED_COLOR_8;
                };
        int width = (frame.width() + reduction - 1) / reduction;
        int height = (frame.height() + reduction - 1) / reduction;
        images.decode(vetted, vetted.length, flags, width, height, gray ? 1 : 3);
    }

    private int reduction(JpegFile file) {
        JpegFrame frame = file.frame();
        if ((long) frame.width() * frame.height() <= FULL_SIZE_PIXELS) {
            return 1;
        }
        boolean swaps = file.orientation().swapsAxes();
        ImageSize size = framing.size();
        int times = framing.fit() == Framing.Fit.TRIM ? OVERSAMPLING_TO_TRIM : OVERSAMPLING;
        int width = times * (swaps ? size.height() : size.width());
        int height = times * (swaps ? size.width() : size.height());
        int reduction = 8;
        while (reduction > 1 && (frame.width() / reduction < width || frame.height() / reduction < height)) {
            reduction /= 2;
        }
        // One long side alone must not ask for all of a large picture in colours.
        long pixels = (long) frame.width() * frame.height();
        while (reduction < 8 && pixels > MOST_PIXELS_AT_ONCE * reduction * reduction) {
            reduction *= 2;
        }
        return reduction;
    }

    /**
     * What lacks of a scan, libjpeg fills with middle gray without a word. So where a picture ends in that gray, or may lack
     * data before its end, its codes are walked.
     */
    private void checkDataSuffice(byte[] encoded, JpegFile file, int reduction) throws UnreadableImageException {
        boolean endsGray = images.lastLevel() == MIDDLE_GRAY;
        if (!endsGray && !file.hasInnerEnds()) {
            return;
        }
        boolean walked = !file.sequentialScans().isEmpty() && JpegEntropy.isWhole(encoded, file.sequentialScans());
        if (!walked && endsGray && file.singleScan()) {
            checkByFiller(encoded, file, reduction);
        }
    }

    /** Where codes cannot be walked: data that are added at the end show only if some were missing. */
    private void checkByFiller(byte[] encoded, JpegFile file, int reduction) throws UnreadableImageException {
        byte[] samples = images.decodedPicture().samples();
        decode(file.vetted(encoded, FILLER), file.frame(), reduction);
        if (!Arrays.equals(samples, images.decodedPicture().samples())) {
            throw UnreadableImageException.corrupt("cut off: its data end before its last row");
        }
    }

    private static byte[] filler() {
        byte[] filler = new byte[256];
        Random random = new Random(1);
        for (int i = 0; i < filler.length; i++) {
            filler[i] = (byte) random.nextInt(0xFF);
        }
        return filler;
    }
}
