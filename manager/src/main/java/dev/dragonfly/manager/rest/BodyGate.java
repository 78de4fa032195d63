package dev.dragonfly.manager.rest;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What of a request may come in: a body of at most 1 MiB, which is JSON whatever its type says, as
 * existing clients expect; and a query that is text. Broken UTF-8 in a body becomes U+FFFD.
 */
final class BodyGate extends OncePerRequestFilter {
  static final int MAX_BODY = 1 << 20;

  /** Bodies of strangers in memory at once: 32 MiB of the heap at the very most. */
  private static final int MAX_BODIES = 32;

  private final Semaphore bodies = new Semaphore(MAX_BODIES, true);

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    requireText(request.getQueryString());
    if (request.getContentLengthLong() > MAX_BODY) {
      throw new BodyTooLargeException();
    }
    if (request.getContentLengthLong() == 0
        || (request.getContentLengthLong() < 0
            && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null)) {
      chain.doFilter(new JsonRequest(request, new byte[0]), response);
      return;
    }
    bodies.acquireUninterruptibly();
    try {
      chain.doFilter(new JsonRequest(request, read(request)), response);
    } finally {
      bodies.release();
    }
  }

  private static byte[] read(HttpServletRequest request) throws IOException {
    byte[] body = request.getInputStream().readNBytes(MAX_BODY + 1);
    if (body.length > MAX_BODY) {
      throw new BodyTooLargeException();
    }
    return new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
  }

  private static void requireText(@Nullable String query) {
    if (query == null) {
      return;
    }
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(unescaped(query))).toString();
      if (text.indexOf('\0') < 0) {
        return;
      }
    } catch (CharacterCodingException e) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, "the query is no text in UTF-8", e);
    }
    throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, "the query holds a NUL");
  }

  private static byte[] unescaped(String query) {
    byte[] bytes = new byte[query.length()];
    int length = 0;
    for (int i = 0; i < query.length(); i++) {
      int high = i + 2 < query.length() ? Character.digit(query.charAt(i + 1), 16) : -1;
      int low = i + 2 < query.length() ? Character.digit(query.charAt(i + 2), 16) : -1;
      if (query.charAt(i) == '%' && high >= 0 && low >= 0) {
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = (byte) query.charAt(i);
      }
    }
    return Arrays.copyOf(bytes, length);
  }

  /** The body was read; it can be read again. */
  private static final class JsonRequest extends HttpServletRequestWrapper {
    private final byte[] body;

    JsonRequest(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
    }

    @Override
    public String getContentType() {
      return MediaType.APPLICATION_JSON_VALUE;
    }

    @Override
    public String getHeader(String name) {
      return name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)
          ? getContentType()
          : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)
          ? Collections.enumeration(List.of(getContentType()))
          : super.getHeaders(name);
    }

    @Override
    public String getCharacterEncoding() {
      return StandardCharsets.UTF_8.name();
    }

    @Override
    public int getContentLength() {
      return body.length;
    }

    @Override
    public long getContentLengthLong() {
      return body.length;
    }

    @Override
    public ServletInputStream getInputStream() {
      return new Body(new ByteArrayInputStream(body));
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }

  /** A body in memory as a stream. */
  private static final class Body extends ServletInputStream {
    private final ByteArrayInputStream bytes;

    Body(ByteArrayInputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return bytes.read(target, offset, length);
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException("a body in memory is read at once");
    }
  }

  /** More than a request may bring. */
  static final class BodyTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BodyTooLargeException() {
      super("the body is larger than %d bytes".formatted(MAX_BODY));
    }
  }
}
