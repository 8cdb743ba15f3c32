/**
 * What training and streaming share: decoding and normalizing an image, the network, its bundle on disk,
 * and classification with it. Knows neither Flink nor Kafka nor the training loop.
 */
@NullMarked
package org.catalogtagger.model;

import org.jspecify.annotations.NullMarked;
