package dev.dragonfly.manager.application;

import java.util.List;
import org.springframework.data.repository.ListCrudRepository;

/** Applications in PostgreSQL. */
public interface ApplicationStore extends ListCrudRepository<ApplicationRow, Long> {
  List<ApplicationRow> findAllByOrderById();
}
