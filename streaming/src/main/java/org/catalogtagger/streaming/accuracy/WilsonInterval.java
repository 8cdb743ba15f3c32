package org.catalogtagger.streaming.accuracy;

/**
 * The confidence interval of a share (Wilson, 1927, Probable Inference, the Law of Succession, and Statistical
 * Inference), each end 0 to 1. The library's takes no more than 2,147,483,647 trials.
 */
public record WilsonInterval(double lower, double upper) {
    /** Standard errors of 95 % confidence. */
    private static final double CERTAIN = 1.959963984540054;

    /** Of so many among all, with 95 % confidence; all that is possible if there are none. */
    public static WilsonInterval of(long part, long whole) {
        return of(part, whole, CERTAIN);
    }

    /** The same, so many standard errors wide on either side. */
    public static WilsonInterval of(long part, long whole, double standardErrors) {
        return whole == 0 ? new WilsonInterval(0, 1) : ofAny((double) part / whole, (double) whole, standardErrors);
    }

    /** Of a share, 0 to 1, that is as sure as that of so many; with 95 % confidence. */
    public static WilsonInterval ofShare(double share, double effective) {
        return effective <= 0 ? new WilsonInterval(0, 1) : ofAny(share, effective, CERTAIN);
    }

    private static WilsonInterval ofAny(double share, double whole, double standardErrors) {
        double z2 = standardErrors * standardErrors;
        double middle = share + z2 / (2 * whole);
        double half = standardErrors * Math.sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole));
        double scale = 1 + z2 / whole;
        return new WilsonInterval(
                share == 0 ? 0 : Math.max(0, (middle - half) / scale),
                share == 1 ? 1 : Math.min(1, (middle + half) / scale));
    }
}
