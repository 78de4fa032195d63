package dev.dragonfly.common.announce;

/** Why a parent did not deliver a piece. */
public enum PieceFailure {
  /** Not said (upstream peers). */
  UNSPECIFIED,
  /** It sent bytes that do not match their digest. */
  CORRUPT,
  /** No byte came for a while. */
  STALLED,
  /** It could not be reached or refused. */
  REFUSED,
  /** It does not have the piece any more. */
  GONE,
  /** It has no room for another upload now. Nobody's fault: it only tells of load. */
  BUSY
}
