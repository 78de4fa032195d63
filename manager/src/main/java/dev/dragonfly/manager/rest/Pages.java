package dev.dragonfly.manager.rest;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * Lists in pages: the query says {@code page} (from 1) and {@code per_page}, the body is the bare
 * array, and the {@code Link} header says where the other pages are.
 */
public final class Pages {
  private static final int DEFAULT_SIZE = 10;
  private static final int MAX_SIZE = 10_000_000;

  private Pages() {}

  /**
   * @throws DragonflyException INVALID_ARGUMENT when a value is out of range
   */
  public static Pageable of(@Nullable Integer page, @Nullable Integer perPage) {
    int number = page == null || page == 0 ? 1 : page;
    int size = perPage == null || perPage == 0 ? DEFAULT_SIZE : perPage;
    require(number >= 1, "page", number, "1 or more");
    require(size >= 1 && size <= MAX_SIZE, "per_page", size, "1 to " + MAX_SIZE);
    return PageRequest.of(number - 1, size);
  }

  /** The answer for the request of this thread. */
  public static <T, V> ResponseEntity<List<V>> answer(Page<T> page, Function<T, V> view) {
    return ResponseEntity.ok()
        .header(HttpHeaders.LINK, links(page))
        .body(page.getContent().stream().map(view).toList());
  }

  private static String links(Page<?> page) {
    int current = page.getNumber() + 1;
    int last = page.getTotalPages();
    int next = current == last ? current : current + 1;
    return link(Math.max(1, current - 1), page, "prev")
        + ","
        + link(next, page, "next")
        + ","
        + link(1, page, "first")
        + ","
        + link(last, page, "last");
  }

  private static String link(int number, Page<?> page, String relation) {
    String target =
        ServletUriComponentsBuilder.fromCurrentRequest()
            .scheme(null)
            .host(null)
            .port(null)
            .replaceQueryParam("page", number)
            .replaceQueryParam("per_page", page.getSize())
            .build()
            .toUriString();
    return "<" + target + ">;rel=" + relation;
  }

  private static void require(boolean holds, String field, int got, String expected) {
    if (!holds) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "tried to read the query, got %s=%d (expected %s)".formatted(field, got, expected));
    }
  }
}
