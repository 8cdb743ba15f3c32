package org.catalogtagger.training.fit;

/**
 * Numbers that an optimizer's arithmetic is done on, element by element and in place: a block of an array in the
 * processor's cache, or a whole array of the engine. So each optimizer is written once, for CPUs and GPUs.
 */
interface Values<V extends Values<V>> {
    /** {@code this = keep * this + share * other}. */
    void blend(float keep, float share, V other);

    /** {@code this = this * this}. */
    void square();

    /** {@code this = sqrt(other)}. */
    void rootOf(V other);

    /** {@code this = dividend / (scale * this + shift)}. */
    void divide(V dividend, float scale, float shift);
}
