package dev.dragonfly.dfdaemon.proxy;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;

/**
 * What a client understands of HTTP (RFC 9112, 7.1 and appendix C.2.2).
 *
 * @param chunked whether a body of unknown length may come in chunks; else it ends with the
 *     connection
 * @param toldToKeepAlive whether it keeps a connection only when told to; some such clients wait
 *     for the end of the connection otherwise
 */
record ClientDialect(boolean chunked, boolean toldToKeepAlive) {
  static final ClientDialect HTTP_1_1 = new ClientDialect(true, false);

  static ClientDialect of(HttpRequest request) {
    boolean current = request.protocolVersion().isKeepAliveDefault();
    return current ? HTTP_1_1 : new ClientDialect(false, HttpUtil.isKeepAlive(request));
  }
}
