/** The commands of those who train: {@code train}, {@code evaluate}, {@code experiments}, {@code inspect}, {@code import}, {@code import-kaggle}, {@code sample}. */
@NullMarked
package org.catalogtagger.training.commands;

import org.jspecify.annotations.NullMarked;
