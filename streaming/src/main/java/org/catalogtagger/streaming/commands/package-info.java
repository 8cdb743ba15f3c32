/** The command line: the root command, which alone knows both modules, and the commands of those who stream. */
@NullMarked
package org.catalogtagger.streaming.commands;

import org.jspecify.annotations.NullMarked;
