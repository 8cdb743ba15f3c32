package org.catalogtagger.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** DJL's PyTorch engine, set up the same wherever it is used: in a command, a test or a Flink TaskManager. */
public final class PyTorch {
    private static final String THREADS = "ai.djl.pytorch.num_threads";

    private PyTorch() {}

    /**
     * The engine. The first call in a JVM loads the native library (a second or so; some more when it is first
     * unpacked) and fixes the number of threads of one operation to the number of processors, unless the system property
     * {@value #THREADS} says otherwise: left alone, PyTorch takes one thread per physical core, which on a virtual
     * machine is often half of them.
     */
    public static Engine engine() {
        return Holder.ENGINE;
    }

    /** A manager that owns native memory until it is closed. */
    public static NDManager newManager() {
        return engine().newBaseManager();
    }

    private static final class Holder {
        static final Engine ENGINE = start();

        private static Engine start() {
            setDefault("OPT_OUT_TRACKING", "true");
            setDefault(THREADS, Integer.toString(Runtime.getRuntime().availableProcessors()));
            return Engine.getEngine("PyTorch");
        }

        private static void setDefault(String property, String value) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, value);
            }
        }
    }
}
