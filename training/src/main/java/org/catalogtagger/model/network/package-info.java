/** The network: convolutions, linear layers, initialization, PyTorch's engine. */
@NullMarked
package org.catalogtagger.model.network;

import org.jspecify.annotations.NullMarked;
