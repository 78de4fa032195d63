package dev.dragonfly.manager.app;

import dev.dragonfly.common.grpc.ChannelCache;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.registry.HttpImageResolver;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.manager.dispatch.JobBroker;
import dev.dragonfly.manager.dispatch.ListedTasks;
import dev.dragonfly.manager.dispatch.RedisSchedulerJobs;
import dev.dragonfly.manager.dispatch.SchedulerChoice;
import dev.dragonfly.manager.dispatch.TriedSchedulerJobs;
import dev.dragonfly.manager.dispatch.client.GrpcSchedulerJobs;
import dev.dragonfly.manager.security.JoinGate;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** How schedulers and registries are asked. */
@Configuration(proxyBeanMethods = false)
class DispatchBeans {
  /** Schedulers that are called again and again; there are a few per cluster. */
  private static final int MOST_CHANNELS = 256;

  @Bean
  ChannelCache schedulerChannels() {
    return new ChannelCache(new GrpcChannels(Optional.empty()), MOST_CHANNELS);
  }

  @Bean
  HttpImageResolver imageResolver(ManagerConfig config, Time time, Timers timers) {
    return new HttpImageResolver("preheat", config.preheat(), time, timers);
  }

  @Bean
  GrpcSchedulerJobs grpcSchedulerJobs(ChannelCache schedulerChannels, JoinGate gate) {
    return new GrpcSchedulerJobs(schedulerChannels, () -> gate.token().shown());
  }

  @Bean
  @Primary
  TriedSchedulerJobs schedulerJobs(
      GrpcSchedulerJobs grpc, JobBroker broker, SchedulerChoice choice, Time time, Timers timers) {
    ListedTasks listed = new ListedTasks(broker, choice::isActive, time, timers);
    return new TriedSchedulerJobs(grpc, new RedisSchedulerJobs(listed));
  }
}
