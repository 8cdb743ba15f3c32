package org.catalogtagger.model.network;

/**
 * One convolution: batch norm (if the network has it), the activation and max pooling follow.
 *
 * @param filters channels that it makes
 * @param kernel pixels of a filter's side, an odd number; zeros around the image keep its size; 3 if nothing is said
 * @param stride pixels from one application to the next; 1 if nothing is said
 * @param pool side of the squares of which the largest number is kept; 1, no pooling, if nothing is said
 */
public record Convolution(Integer filters, Integer kernel, Integer stride, Integer pool) {
    private static final int MAX_FILTERS = 1 << 12;
    private static final int MAX_KERNEL = 15;
    private static final int MAX_STEP = 8;

    public Convolution {
        if (filters == null) {
            throw new IllegalArgumentException("a convolution without filters");
        }
        kernel = kernel == null ? 3 : kernel;
        stride = stride == null ? 1 : stride;
        pool = pool == null ? 1 : pool;
        require("filters", filters, MAX_FILTERS);
        require("kernel", kernel, MAX_KERNEL);
        require("stride", stride, MAX_STEP);
        require("pool", pool, MAX_STEP);
        if (kernel % 2 == 0) {
            throw new IllegalArgumentException("kernel must be odd, not " + kernel);
        }
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("%s must be from 1 to %,d, not %d".formatted(name, most, value));
        }
    }

    /** Zeros on each side. */
    int padding() {
        return kernel / 2;
    }

    /** Pixels of a side after the convolution, before pooling. */
    long convolved(long pixels) {
        return (pixels + 2L * padding() - kernel) / stride + 1;
    }
}
