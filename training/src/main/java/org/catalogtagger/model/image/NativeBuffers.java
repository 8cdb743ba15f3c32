package org.catalogtagger.model.image;

import org.bytedeco.javacpp.BytePointer;

/** Memory outside the heap that is freed by who took it, not when the garbage collector comes by. */
public final class NativeBuffers {
    static {
        // By default JavaCPP refuses memory once the process holds twice the heap's limit, which the weights of a model
        // alone can exceed, and asks the kernel for that at each allocation.
        setDefault("org.bytedeco.javacpp.maxBytes", "0");
        setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }

    private NativeBuffers() {}

    /** To be called before anything else of JavaCPP's, which reads its settings but once. */
    public static void configure() {}

    /** So many bytes, undefined. */
    public static BytePointer allocate(long bytes) {
        return new BytePointer(bytes);
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
