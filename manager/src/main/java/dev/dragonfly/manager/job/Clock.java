package dev.dragonfly.manager.job;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import org.springframework.stereotype.Component;

/** The clock and timers of this manager, for those who need both. */
@Component
record Clock(Time time, Timers timers) {}
