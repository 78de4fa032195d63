package dev.dragonfly.manager.rest;

import org.springframework.data.jpa.domain.Specification;

/** Which rows a list shall show, as the query says. */
public interface RowFilter<R> {
  Specification<R> specification();
}
