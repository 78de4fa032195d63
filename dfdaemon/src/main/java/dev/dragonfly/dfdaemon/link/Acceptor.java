package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;

/** Who is asked when another host begins to speak of a task that is not spoken of here. */
@FunctionalInterface
public interface Acceptor {
  /**
   * Another host speaks of a task. On the event loop of the link; must be short. The answer is
   * given by {@link TaskLink#open} or {@link TaskLink#close}, now or later within {@link
   * LinkConfig#answerTimeout}; until then the listener hears nothing but {@link
   * TaskLinkListener#told} and {@link TaskLinkListener#closed}.
   *
   * @return told what the other side says from then on; what is given here is not told again
   */
  TaskLinkListener asked(TaskLink conversation, PeerId peer, TaskState state, TaskFacts facts);
}
