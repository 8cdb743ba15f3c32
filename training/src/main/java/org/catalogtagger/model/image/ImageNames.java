package org.catalogtagger.model.image;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names of files and folders say: which are images, which product and which class they are of. */
public final class ImageNames {
    private static final Set<String> IMAGES =
            Set.of("jpg", "jpeg", "jpe", "jfif", "jif", "png", "webp", "bmp", "dib", "gif", "tif", "tiff");

    /** Of Windows, macOS, Synology's disk stations and ext4, in lower case. */
    private static final Set<String> SYSTEM = Set.of(
            "thumbs.db",
            "ehthumbs.db",
            "desktop.ini",
            "icon\r",
            "__macosx",
            "@eadir",
            "$recycle.bin",
            "system volume information",
            "lost+found");

    /** A product id may end in a number after a dot ({@code SKU.12345}), and a download in {@code .jpg?w=60}. */
    private static final Pattern ENDING = Pattern.compile("\\.([A-Za-z][A-Za-z0-9_]{0,14}~?|~)$");

    private ImageNames() {}

    static boolean isHidden(String name) {
        return name.startsWith(".");
    }

    static boolean isSystem(String name) {
        return SYSTEM.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Whether a folder of this name is not passed over. */
    public static boolean canNameAFolder(String name) {
        return !isHidden(name) && !isSystem(name);
    }

    /** Whether the ending is an image's. */
    static boolean isImage(String name) {
        Matcher ending = ENDING.matcher(name);
        return ending.find() && IMAGES.contains(ending.group(1).toLowerCase(Locale.ROOT));
    }

    static boolean hasEnding(String name) {
        return ENDING.matcher(name).find();
    }

    /** The product id: the file's name without its ending. */
    public static String productId(String fileName) {
        Matcher ending = ENDING.matcher(fileName);
        return ending.find() && ending.start() > 0 ? fileName.substring(0, ending.start()) : fileName;
    }

    /**
     * A name in Unicode's normalization form C, in which names of classes are compared: macOS and some archives write an
     * {@code ü} as two characters, and it is the same class.
     */
    public static String composed(String name) {
        return Normalizer.isNormalized(name, Normalizer.Form.NFC)
                ? name
                : Normalizer.normalize(name, Normalizer.Form.NFC);
    }
}
