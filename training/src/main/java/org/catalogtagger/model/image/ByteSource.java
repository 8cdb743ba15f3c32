package org.catalogtagger.model.image;

/** Decompressed bytes, of which no more are made than are asked for. */
interface ByteSource extends AutoCloseable {
    /** Fills an array; refuses the file if it holds less, or if it is damaged. */
    void readFully(byte[] into) throws UnreadableImageException;

    /**
     * Refuses the file if what should come after all rows shows that it is damaged.
     *
     * @param surplus bytes that may come all the same, of rows below the picture
     */
    default void checkEnd(long surplus) throws UnreadableImageException {}

    @Override
    default void close() {}
}
