package dev.dragonfly.manager.rest;

import dev.dragonfly.manager.row.BaseRow;
import dev.dragonfly.manager.row.RowStore;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.PageImpl;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.jpa.domain.Specification;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Lists in pages: the query says {@code page} (from 1) and {@code per_page}, the body is the bare
 * array, and the {@code Link} header says where the other pages are.
 */
public final class Pages {
  private static final Sort BY_ID = Sort.by("id");

  private Pages() {}

  /** The rows of a page by number, as {@code views} shows them all at once. */
  public static <R extends BaseRow, V> ResponseEntity<List<V>> answer(
      RowStore<R> store,
      Specification<R> filter,
      PageQuery query,
      Function<List<R>, List<V>> views) {
    return answer(store, filter, query.pageable(BY_ID), views);
  }

  /** The rows of a page in an order of its own. */
  public static <R extends BaseRow, V> ResponseEntity<List<V>> answer(
      RowStore<R> store, Specification<R> filter, Pageable page, Function<List<R>, List<V>> views) {
    // Hibernate counts rows in ints: so far out there is nothing anyway.
    Page<R> rows =
        page.getOffset() > Integer.MAX_VALUE
            ? new PageImpl<>(List.of(), page, store.count(filter))
            : store.findAll(filter, page);
    return answer(page, rows.getTotalElements(), views.apply(rows.getContent()));
  }

  /** An answer for the request of this thread. */
  public static <V> ResponseEntity<List<V>> answer(Pageable page, long total, List<V> views) {
    return ResponseEntity.ok().header(HttpHeaders.LINK, links(page, total)).body(views);
  }

  private static String links(Pageable page, long total) {
    long current = page.getPageNumber() + 1L;
    long last = (total + page.getPageSize() - 1) / page.getPageSize();
    long next = current == last ? current : current + 1;
    return link(Math.max(1, current - 1), page, "prev")
        + ","
        + link(next, page, "next")
        + ","
        + link(1, page, "first")
        + ","
        + link(last, page, "last");
  }

  /** Existing clients compare these links as text: keys sorted, values encoded as in a form. */
  private static String link(long number, Pageable page, String relation) {
    HttpServletRequest request =
        ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes()).getRequest();
    MultiValueMap<String, String> query = new LinkedMultiValueMap<>();
    request.getParameterMap().forEach((key, values) -> query.put(key, List.of(values)));
    // A token in the query must not travel on in links.
    query.remove("access_token");
    query.remove("token");
    query.set("page", Long.toString(number));
    query.set("per_page", Integer.toString(page.getPageSize()));
    StringBuilder target = new StringBuilder(request.getRequestURI());
    char separator = '?';
    for (String key : query.keySet().stream().sorted().toList()) {
      for (String value : query.getOrDefault(key, List.of())) {
        target.append(separator).append(encode(key)).append('=').append(encode(value));
        separator = '&';
      }
    }
    return "<" + target + ">;rel=" + relation;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
