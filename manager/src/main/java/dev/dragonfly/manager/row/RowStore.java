package dev.dragonfly.manager.row;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.JpaSpecificationExecutor;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.NoRepositoryBean;

/** Rows of one kind in PostgreSQL. */
@NoRepositoryBean
public interface RowStore<R extends BaseRow>
    extends JpaRepository<R, Long>, JpaSpecificationExecutor<R> {
  /** The row, kept from others who want to change it until the transaction ends. */
  @Lock(LockModeType.PESSIMISTIC_WRITE)
  @Query("select r from #{#entityName} r where r.id = :id")
  Optional<R> lock(long id);
}
