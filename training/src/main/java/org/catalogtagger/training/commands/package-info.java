/** The commands of those who train: {@code train}, {@code evaluate}, {@code import-kaggle}, {@code draw-sample}. */
@NullMarked
package org.catalogtagger.training.commands;

import org.jspecify.annotations.NullMarked;
