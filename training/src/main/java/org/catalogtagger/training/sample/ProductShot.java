package org.catalogtagger.training.sample;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Random;

/**
 * One photograph: a product of random colour, pattern, size, position and turn, under random light. Pale products on
 * pale ground, patterns and mirrored views keep a linear model from telling all classes apart by their pixels.
 */
final class ProductShot {
    private static final int WIDTH = 60;
    private static final int HEIGHT = 80;

    private ProductShot() {}

    static BufferedImage of(ProductShape shape, Random random) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        paintGround(g, random);
        ProductShape.Parts parts = shape.parts(random);
        AffineTransform place = place(random);
        paintShadow(g, place.createTransformedShape(parts.body()), random);
        paintProduct(g, place, parts, random);
        g.dispose();
        addNoise(image, random);
        return image;
    }

    private static void paintGround(Graphics2D g, Random random) {
        int top = 225 + random.nextInt(31);
        int bottom = 205 + random.nextInt(51);
        g.setPaint(new GradientPaint(0, 0, new Color(top, top, top), 0, HEIGHT, new Color(bottom, bottom, bottom)));
        g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
    }

    /** From the shapes' square of 100 by 100 to the picture. */
    private static AffineTransform place(Random random) {
        double scale = 0.42 + 0.2 * random.nextDouble();
        double stretch = 0.85 + 0.3 * random.nextDouble();
        AffineTransform place = new AffineTransform();
        place.translate(
                WIDTH / 2.0 + 10 * (random.nextDouble() - 0.5), HEIGHT / 2.0 + 16 * (random.nextDouble() - 0.5));
        place.rotate(Math.toRadians(16 * (random.nextDouble() - 0.5)));
        place.scale(random.nextBoolean() ? scale : -scale, scale * stretch);
        place.translate(-50, -50);
        return place;
    }

    private static void paintShadow(Graphics2D g, Shape body, Random random) {
        double dx = 4 * (random.nextDouble() - 0.5);
        double dy = 0.5 + 2 * random.nextDouble();
        g.setColor(new Color(0, 0, 0, 25 + random.nextInt(35)));
        g.fill(AffineTransform.getTranslateInstance(dx, dy).createTransformedShape(body));
    }

    private static void paintProduct(Graphics2D g, AffineTransform place, ProductShape.Parts parts, Random random) {
        Color cloth =
                Color.getHSBColor(random.nextFloat(), 0.9f * random.nextFloat(), 0.12f + 0.85f * random.nextFloat());
        Color other = random.nextInt(3) == 0 ? cloth.brighter().brighter() : cloth.darker();
        Shape body = place.createTransformedShape(parts.body());
        g.setColor(cloth);
        g.fill(body);
        Shape clip = g.getClip();
        g.clip(body);
        paintPattern(g, other, random);
        paintLight(g, random);
        g.setClip(clip);
        g.setColor(other);
        g.fill(place.createTransformedShape(parts.accents()));
        g.setColor(cloth.darker().darker());
        g.setStroke(new BasicStroke(0.8f));
        g.draw(place.createTransformedShape(parts.lines()));
        g.draw(body);
    }

    private static void paintPattern(Graphics2D g, Color color, Random random) {
        int pattern = random.nextInt(5);
        double step = 3 + 5 * random.nextDouble();
        g.setColor(color);
        g.setStroke(new BasicStroke((float) (step / 3)));
        if (pattern == 1 || pattern == 3) {
            for (double y = 0; y < HEIGHT; y += step) {
                g.draw(new Line2D.Double(0, y, WIDTH, y));
            }
        }
        if (pattern == 2 || pattern == 3) {
            for (double x = 0; x < WIDTH; x += step) {
                g.draw(new Line2D.Double(x, 0, x, HEIGHT));
            }
        }
    }

    /** Light from one side, shade on the other. */
    private static void paintLight(Graphics2D g, Random random) {
        boolean fromLeft = random.nextBoolean();
        g.setComposite(AlphaComposite.SrcOver.derive(0.15f + 0.3f * random.nextFloat()));
        g.setPaint(new GradientPaint(
                fromLeft ? 10 : 50, 10, Color.WHITE, fromLeft ? 50 : 10, 70 * random.nextFloat(), Color.BLACK));
        g.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        g.setComposite(AlphaComposite.SrcOver);
    }

    private static void addNoise(BufferedImage image, Random random) {
        double sigma = 1 + 3 * random.nextDouble();
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int rgb = image.getRGB(x, y);
                int noise = (int) Math.round(sigma * random.nextGaussian());
                int red = clamp((rgb >> 16 & 0xFF) + noise);
                int green = clamp((rgb >> 8 & 0xFF) + noise);
                int blue = clamp((rgb & 0xFF) + noise);
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
    }

    private static int clamp(int level) {
        return Math.max(0, Math.min(255, level));
    }
}
