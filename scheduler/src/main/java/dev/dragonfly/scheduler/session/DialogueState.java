package dev.dragonfly.scheduler.session;

import dev.dragonfly.scheduler.scheduling.Child;

/** Where the dialogue with a peer is. */
sealed interface DialogueState {
  /**
   * An answer is owed.
   *
   * @param wish what the peer asked for
   * @param askedAt when, on the monotonic clock in nanoseconds
   */
  record Owing(Child.Wish wish, long askedAt) implements DialogueState {}

  /** The peer has its answer and may get more parents as they come. */
  record Served() implements DialogueState {}

  /** No answer is owed, and the peer needs no parents. */
  record Busy() implements DialogueState {}

  /** The stream is over. */
  record Ended() implements DialogueState {}
}
