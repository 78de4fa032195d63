package dev.dragonfly.dfdaemon.link;

/** Why a conversation about a task ended. */
public enum CloseReason {
  /** Nothing is wanted or given any more; nobody's fault. */
  DONE,
  /** The task is not here, or was deleted. */
  NOT_FOUND,
  /** This host shares nothing, or not with the other. */
  REFUSED,
  /** The other side broke the protocol or sent wrong bytes. */
  DISTRUSTED,
  /** The connection broke. */
  LOST
}
