package dev.dragonfly.scheduler.scheduling;

/** Why a candidate was not chosen. */
public enum Refusal {
  /** It is the child itself. */
  SELF,
  /** It runs on the child's host. */
  SAME_HOST,
  /** The child reported a short while ago that it failed. */
  RESTING,
  /** It sent wrong bytes to the child. */
  WRONG_BYTES,
  /** Its host gives nothing to others. */
  DISABLED,
  /** Several hosts got wrong bytes from it. */
  DISTRUSTED,
  /** Others are better. */
  OUTRANKED
}
