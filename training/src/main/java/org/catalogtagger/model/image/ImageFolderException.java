package org.catalogtagger.model.image;

/** A folder of images that cannot be used; the message names the folder or class and what is wrong. */
public final class ImageFolderException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ImageFolderException(String message) {
        super(message);
    }
}
