package org.catalogtagger.streaming.job;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelFuture;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelFutureListener;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpMethod;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpServerCodec;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.QueryStringDecoder;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;

/**
 * Stands before Flink's REST endpoint, which asks nobody who they are: whoever may send to it, a page of another site in
 * the user's browser too, could end the job or write a savepoint anywhere. Flink finds it as a service.
 */
public final class ReadOnlyRest implements InboundChannelHandlerFactory {
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    /** Also by a name that leads here since a moment ago (DNS rebinding) nobody gets in. */
    private static final Pattern THIS_MACHINE = Pattern.compile("(?:localhost|127\\.0\\.0\\.1|\\[::1])(?::\\d{1,5})?");

    /** The requests that change something though they are GETs. */
    private static final Pattern CHANGING = Pattern.compile("/yarn-(?:cancel|stop)(?:[/?;]|$)");

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Optional<ChannelHandler> createHandler(Configuration flink, Map<String, String> responseHeaders) {
        return flink.get(ClosedFlink.READ_ONLY) ? Optional.of(new Placement()) : Optional.empty();
    }

    /**
     * Puts the guard right behind the HTTP codec. Where Flink puts handlers, its own has written what is uploaded to disk
     * by then, and another has gathered the body in memory.
     */
    private static final class Placement extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            String codec = context.pipeline().context(HttpServerCodec.class).name();
            context.pipeline().addAfter(codec, "read-only", new Guard()).remove(this);
        }
    }

    private static final class Guard extends ChannelInboundHandlerAdapter {
        private boolean refused;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request && !isAllowed(request)) {
                refused = true;
                DefaultFullHttpResponse answer = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN, Unpooled.EMPTY_BUFFER);
                answer.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
                ChannelFuture unused = context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
            }
            // What follows a refused request is its body.
            if (refused) {
                ReferenceCountUtil.release(message);
            } else {
                context.fireChannelRead(message);
            }
        }

        private static boolean isAllowed(HttpRequest request) {
            String host = request.headers().get(HttpHeaderNames.HOST, "");
            return READING.contains(request.method())
                    && THIS_MACHINE.matcher(host).matches()
                    && !changes(request.uri());
        }

        private static boolean changes(String uri) {
            try {
                // Flink decodes it so.
                return CHANGING.matcher(new QueryStringDecoder(uri).path()).find();
            } catch (IllegalArgumentException e) {
                return true;
            }
        }
    }
}
