package org.catalogtagger.training.sample;

import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.Random;

/** The classes of the sample catalogue, sixteen of the notebook's 52, each drawn in a square of 100 by 100. */
public enum ProductShape {
    BACKPACKS("Backpacks") {
        @Override
        Parts parts(Random random) {
            double width = between(random, 46, 60);
            Area body = new Area(rounded(50 - width / 2, 18, width, 72, 24));
            body.add(ring(50, 16, 9, 6));
            Area pocket = new Area(rounded(50 - width / 2 + 7, between(random, 52, 58), width - 14, 26, 10));
            return new Parts(body, pocket, lines(50 - width / 2 + 4, 40, 50 + width / 2 - 4, 40));
        }
    },
    BELTS("Belts") {
        @Override
        Parts parts(Random random) {
            double thickness = between(random, 7, 12);
            Area body = random.nextBoolean()
                    ? ring(50, 50, 36, 36 - thickness)
                    : new Area(new Rectangle2D.Double(6, 50 - thickness / 2, 88, thickness));
            Area buckle = new Area(new Rectangle2D.Double(8, 42, 16, 16));
            buckle.subtract(new Area(new Rectangle2D.Double(12, 46, 8, 8)));
            body.add(buckle);
            return new Parts(body, buckle, lines(60, 50, 88, 50));
        }
    },
    CAPS("Caps") {
        @Override
        Parts parts(Random random) {
            double height = between(random, 56, 72);
            Area body = new Area(new Arc2D.Double(22, 66 - height / 2, 56, height, 0, 180, Arc2D.PIE));
            Area visor = new Area(polygon(20, 64, 70, 64, 66, 72, 0, 76, 2, 70));
            body.add(visor);
            return new Parts(body, visor, lines(50, 66 - height / 2, 50, 64));
        }
    },
    CASUAL_SHOES("Casual Shoes") {
        @Override
        Parts parts(Random random) {
            double ankle = between(random, 30, 40);
            Path2D upper = new Path2D.Double();
            upper.moveTo(8, 72);
            upper.curveTo(6, 58, 30, 58, 44, 48);
            upper.lineTo(58, ankle);
            upper.lineTo(86, ankle - 2);
            upper.curveTo(92, 52, 92, 60, 92, 72);
            upper.closePath();
            Area sole = new Area(rounded(6, 70, 88, 10, 8));
            Area body = new Area(upper);
            body.add(sole);
            return new Parts(body, sole, lines(40, 54, 50, 62, 48, 47, 58, 55));
        }
    },
    DRESSES("Dresses") {
        @Override
        Parts parts(Random random) {
            double hem = between(random, 24, 36);
            double length = between(random, 82, 96);
            Area body = new Area(polygon(
                    38, 6, 44, 6, 50, 16, 56, 6, 62, 6, 64, 28, 59, 42, 50 + hem, length, 50 - hem, length, 41, 42, 36,
                    28));
            return new Parts(
                    body, new Area(polygon(41, 41, 59, 41, 60, 45, 40, 45)), lines(46, 50, 42, 90, 54, 50, 58, 90));
        }
    },
    HANDBAGS("Handbags") {
        @Override
        Parts parts(Random random) {
            double top = between(random, 40, 50);
            Area body = new Area(polygon(18, top, 82, top, 92, 88, 8, 88));
            double radius = between(random, 18, 26);
            Area handle = ring(50, top, radius, radius - 5);
            handle.subtract(new Area(new Rectangle2D.Double(0, top, 100, 100)));
            body.add(handle);
            return new Parts(body, new Area(rounded(44, top + 6, 12, 8, 3)), lines(16, top + 4, 84, top + 4));
        }
    },
    HEELS("Heels") {
        @Override
        Parts parts(Random random) {
            double height = between(random, 26, 40);
            Path2D shoe = new Path2D.Double();
            shoe.moveTo(4, 80);
            shoe.curveTo(10, 66, 26, 70, 40, 62);
            shoe.curveTo(56, 52, 66, 50, 74, 78 - height);
            shoe.lineTo(90, 74 - height);
            shoe.curveTo(96, 84 - height, 92, 90 - height, 90, 94 - height);
            shoe.lineTo(88, 82);
            shoe.lineTo(82, 82);
            shoe.lineTo(80, 96 - height);
            shoe.curveTo(64, 74, 50, 80, 30, 82);
            shoe.closePath();
            return new Parts(new Area(shoe), new Area(), lines(8, 82, 34, 82));
        }
    },
    SHIRTS("Shirts") {
        @Override
        Parts parts(Random random) {
            double cuff = between(random, 66, 82);
            Area body = new Area(polygon(
                    38, 10, 62, 10, 80, 18, 94, cuff, 82, cuff + 4, 72, 38, 72, 92, 28, 92, 28, 38, 18, cuff + 4, 6,
                    cuff, 20, 18));
            Area collar = new Area(polygon(38, 8, 50, 20, 62, 8, 58, 4, 50, 12, 42, 4));
            body.add(collar);
            return new Parts(body, collar, lines(50, 20, 50, 92));
        }
    },
    SHORTS("Shorts") {
        @Override
        Parts parts(Random random) {
            double hem = between(random, 66, 82);
            Area body = new Area(polygon(26, 22, 74, 22, 86, hem, 54, hem + 4, 50, 48, 46, hem + 4, 14, hem));
            return new Parts(body, new Area(new Rectangle2D.Double(26, 22, 48, 6)), lines(50, 28, 50, 48));
        }
    },
    SKIRTS("Skirts") {
        @Override
        Parts parts(Random random) {
            double hem = between(random, 28, 42);
            double length = between(random, 70, 88);
            Area body = new Area(polygon(34, 18, 66, 18, 50 + hem, length, 50 - hem, length));
            return new Parts(
                    body,
                    new Area(new Rectangle2D.Double(34, 18, 32, 6)),
                    lines(42, 26, 36, length, 50, 26, 50, length, 58, 26, 64, length));
        }
    },
    SUNGLASSES("Sunglasses") {
        @Override
        Parts parts(Random random) {
            double lens = between(random, 13, 18);
            Area lenses = new Area(new Ellipse2D.Double(28 - lens, 52 - lens * 0.8, 2 * lens, 1.6 * lens));
            lenses.add(new Area(new Ellipse2D.Double(72 - lens, 52 - lens * 0.8, 2 * lens, 1.6 * lens)));
            Area body = new Area(lenses);
            body.add(new Area(new Rectangle2D.Double(28, 44, 44, 5)));
            body.add(new Area(polygon(10, 44, 2, 30, 6, 28, 16, 44)));
            body.add(new Area(polygon(90, 44, 98, 30, 94, 28, 84, 44)));
            return new Parts(body, lenses, lines(20, 48, 30, 58, 64, 48, 74, 58));
        }
    },
    TIES("Ties") {
        @Override
        Parts parts(Random random) {
            double width = between(random, 8, 14);
            Area body = new Area(polygon(44, 4, 56, 4, 58, 14, 50 + width, 82, 50, 98, 50 - width, 82, 42, 14));
            return new Parts(body, new Area(polygon(44, 4, 56, 4, 54, 16, 46, 16)), lines(50, 16, 50, 90));
        }
    },
    TROUSERS("Trousers") {
        @Override
        Parts parts(Random random) {
            double flare = between(random, 0, 8);
            Area body = new Area(polygon(
                    32, 4, 68, 4, 72 + flare, 96, 56 - flare / 2, 96, 50, 34, 44 + flare / 2, 96, 28 - flare, 96));
            return new Parts(body, new Area(new Rectangle2D.Double(32, 4, 36, 5)), lines(50, 9, 50, 34));
        }
    },
    TSHIRTS("Tshirts") {
        @Override
        Parts parts(Random random) {
            double sleeve = between(random, 34, 46);
            Area body = new Area(polygon(
                    38,
                    10,
                    62,
                    10,
                    82,
                    18,
                    96,
                    sleeve,
                    82,
                    sleeve + 8,
                    72,
                    34,
                    72,
                    90,
                    28,
                    90,
                    28,
                    34,
                    18,
                    sleeve + 8,
                    4,
                    sleeve,
                    18,
                    18));
            body.subtract(new Area(new Ellipse2D.Double(41, 4, 18, 13)));
            boolean print = random.nextBoolean();
            Area accents = print ? new Area(rounded(38, 38, 24, between(random, 8, 22), 4)) : new Area();
            return new Parts(body, accents, new Arc2D.Double(41, 4, 18, 13, 180, 180, Arc2D.OPEN));
        }
    },
    WALLETS("Wallets") {
        @Override
        Parts parts(Random random) {
            double height = between(random, 40, 62);
            Area body = new Area(rounded(14, 50 - height / 2, 72, height, 8));
            return new Parts(
                    body,
                    new Area(rounded(70, 44, 20, 12, 6)),
                    lines(14, 50, 70, 50, 18, 54 - height / 2, 82, 54 - height / 2));
        }
    },
    WATCHES("Watches") {
        @Override
        Parts parts(Random random) {
            double dial = between(random, 17, 24);
            double strap = between(random, 9, 13);
            Area body = new Area(new Rectangle2D.Double(50 - strap, 4, 2 * strap, 92));
            body.add(new Area(new Ellipse2D.Double(50 - dial, 50 - dial, 2 * dial, 2 * dial)));
            Area face = new Area(new Ellipse2D.Double(54 - dial, 54 - dial, 2 * dial - 8, 2 * dial - 8));
            double hour = 2 * Math.PI * random.nextDouble();
            return new Parts(
                    body,
                    face,
                    lines(
                            50,
                            50,
                            50 + 0.7 * dial * Math.cos(hour),
                            50 + 0.7 * dial * Math.sin(hour),
                            50,
                            50,
                            50,
                            54 - dial));
        }
    };

    private final String label;

    ProductShape(String label) {
        this.label = label;
    }

    /** The class, by the name that it has in the notebook. */
    public String label() {
        return label;
    }

    /** A product of the class, its proportions drawn at random. */
    abstract Parts parts(Random random);

    /**
     * What is painted.
     *
     * @param body the outline, filled with the product's colour
     * @param accents filled with a second colour
     * @param lines seams and edges
     */
    record Parts(Area body, Area accents, Shape lines) {}

    private static double between(Random random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    private static Shape polygon(double... xy) {
        Path2D path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            path.lineTo(xy[i], xy[i + 1]);
        }
        path.closePath();
        return path;
    }

    private static Shape rounded(double x, double y, double width, double height, double corner) {
        return new RoundRectangle2D.Double(x, y, width, height, corner, corner);
    }

    private static Area ring(double x, double y, double outer, double inner) {
        Area ring = new Area(new Ellipse2D.Double(x - outer, y - outer, 2 * outer, 2 * outer));
        ring.subtract(new Area(new Ellipse2D.Double(x - inner, y - inner, 2 * inner, 2 * inner)));
        return ring;
    }

    /** Segments, four numbers each. */
    private static Shape lines(double... xyxy) {
        Path2D lines = new Path2D.Double();
        for (int i = 0; i < xyxy.length; i += 4) {
            lines.append(new Line2D.Double(xyxy[i], xyxy[i + 1], xyxy[i + 2], xyxy[i + 3]), false);
        }
        return lines;
    }
}
