-- What schedulers counted within ten seconds. A row per process, so that a restart within a slot
-- and several schedulers of one cluster add up; told again, it is replaced.

CREATE TABLE figures (
    scheduler_cluster_id bigint       NOT NULL REFERENCES scheduler_clusters (id) ON DELETE CASCADE,
    begin_second         bigint       NOT NULL CHECK (begin_second % 10 = 0),
    instance             varchar(320) NOT NULL,
    origin_bytes         bigint       NOT NULL,
    seed_bytes           bigint       NOT NULL,
    peer_bytes           bigint       NOT NULL,
    downloads            bigint       NOT NULL,
    failures             bigint       NOT NULL,
    back_to_source       bigint       NOT NULL,
    hosts                bigint       NOT NULL,
    running              bigint       NOT NULL,
    PRIMARY KEY (scheduler_cluster_id, begin_second, instance)
);
CREATE INDEX ix_figures_begin ON figures (begin_second);
