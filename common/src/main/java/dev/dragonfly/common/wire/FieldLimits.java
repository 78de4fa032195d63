package dev.dragonfly.common.wire;

/**
 * How much each field of a message may hold. What is written to the graph, handed to other hosts or
 * kept while a call runs is bounded here and nowhere else; what does not fit is refused with
 * INVALID_ARGUMENT and the name of the field. Lengths of text are in characters.
 */
public final class FieldLimits {
  /** Of a URL; the longest that come up are signed ones of object stores, below 4 KiB. */
  public static final int URL = 8 << 10;

  /** Of a tag, an application, an IDC or a location each, as upstream has it. */
  public static final int NAME = 1 << 10;

  /** Of the content that a task id is computed from. */
  public static final int CONTENT_FOR_ID = 64 << 10;

  /** Query parameters that do not count for the identity of a task. */
  public static final int FILTERED_PARAMS = 256;

  /** Of all filtered query parameters together. */
  public static final int FILTERED_PARAMS_TEXT = 16 << 10;

  /** Headers of one request or answer. */
  public static final int HEADERS = 256;

  /** Names and values of all headers of one request or answer together. */
  public static final int HEADERS_TEXT = 64 << 10;

  /** Bytes of a download on the wire: a copy is kept while its stream is open. */
  public static final int DOWNLOAD_BYTES = 512 << 10;

  /** A digest as text: the name of the longest algorithm and 128 hexadecimal digits. */
  public static final int DIGEST = 160;

  /** Of a name in the DNS (RFC 1123). */
  public static final int HOSTNAME = 253;

  /** Of an address as text: IPv6 with an IPv4 tail. */
  public static final int ADDRESS = 45;

  /** Keys of source readers of one task; the back-to-source slots of a task are fewer. */
  public static final int READER_KEYS = 64;

  /** Bytes of an Ed25519 public key. */
  public static final int PUBLIC_KEY = 32;

  /** Bytes of an Ed25519 signature. */
  public static final int SIGNATURE = 64;

  /** Blocks of one run; a reader signs a run for each piece, which has 64 at most. */
  public static final int RUN_BLOCKS = 1 << 10;

  /** Runs in one message. */
  public static final int RUNS = 1 << 10;

  /** The largest integer that every language of the protocol can hold exactly. */
  public static final long CONTENT_LENGTH = 1L << 53;

  /** Peers or hosts that one message names. */
  public static final int PEERS = 256;

  /** Holdings in one batch; our daemons send 500. */
  public static final int HOLDINGS = 1 << 10;

  /** Contents of one preheat: as many as a manager takes in one job. */
  public static final int PREHEAT_URLS = 10_000;

  /** Contents on hosts that one preheat names; each is a call to a host. */
  public static final int PREHEAT_TARGETS = 100_000;

  /** Addresses of hosts that one preheat names. */
  public static final int PREHEAT_IPS = 10_000;

  /** Why something failed, in words: cut, not refused, since the event itself counts. */
  public static final int DESCRIPTION = 4 << 10;

  private FieldLimits() {}
}
