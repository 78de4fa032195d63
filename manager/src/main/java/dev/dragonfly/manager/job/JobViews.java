package dev.dragonfly.manager.job;

import dev.dragonfly.manager.cluster.SchedulerClusterStore;
import dev.dragonfly.manager.cluster.SchedulerClusterView;
import dev.dragonfly.manager.row.RowChanges;
import dev.dragonfly.manager.user.UserStore;
import dev.dragonfly.manager.user.UserView;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Shows jobs with what belongs to them. Blocks on the database. */
@Component
final class JobViews {
  private final JobStore store;
  private final JobParts parts;
  private final SchedulerClusterStore clusters;
  private final UserStore users;

  JobViews(JobStore store, JobParts parts, SchedulerClusterStore clusters, UserStore users) {
    this.store = store;
    this.parts = parts;
    this.clusters = clusters;
    this.users = users;
  }

  JobRow find(long id) {
    return store.findById(id).orElseThrow(RowChanges::notFound);
  }

  JobView made(long id) {
    return JobView.made(find(id), clusters(id));
  }

  /** One that has ended in the answer to its creation. */
  JobView ended(long id) {
    return listed(List.of(find(id))).getFirst();
  }

  JobView whole(JobRow row) {
    return JobView.whole(row, user(row, owners(List.of(row))), clusters(row.id()));
  }

  List<JobView> listed(List<JobRow> rows) {
    Map<Long, UserView> owners = owners(rows);
    return rows.stream().map(row -> JobView.listed(row, user(row, owners))).toList();
  }

  /** For which clusters it is. */
  List<Long> clusterIds(long id) {
    return parts.of(id).stream().map(JobPart::clusterId).distinct().toList();
  }

  private List<SchedulerClusterView> clusters(long id) {
    return clusters.findAllById(clusterIds(id)).stream().map(SchedulerClusterView::of).toList();
  }

  private Map<Long, UserView> owners(List<JobRow> rows) {
    return UserView.byId(users, rows.stream().map(JobRow::userId).distinct().toList());
  }

  private static UserView user(JobRow row, Map<Long, UserView> owners) {
    return owners.getOrDefault(row.userId(), UserView.NOBODY);
  }
}
