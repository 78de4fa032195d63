package dev.dragonfly.manager.rest;

import io.swagger.v3.oas.annotations.Parameter;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.web.bind.annotation.BindParam;

/** Which page of a list: from 1; absent and 0 mean the first, and ten rows. */
public record PageQuery(
    @Nullable @Min(0) Integer page,
    @BindParam("per_page") @Parameter(name = "per_page") @Nullable @Min(0) @Max(PageQuery.MAX_SIZE)
        Integer perPage) {
  static final int MAX_SIZE = 10_000_000;
  private static final int DEFAULT_SIZE = 10;

  /** The page in this order. */
  public Pageable pageable(Sort sort) {
    int number = page == null || page == 0 ? 1 : page;
    int size = perPage == null || perPage == 0 ? DEFAULT_SIZE : perPage;
    return PageRequest.of(number - 1, size, sort);
  }
}
