package dev.dragonfly.common.task;

import java.util.List;

/**
 * Query keys that sign or route a request and so do not identify content (docs/compatibility.md).
 */
public final class DefaultFilteredQueryParams {
  /** All of them, in upstream's order of groups: S3, GCS, OSS, OBS, COS, containerd. */
  public static final List<String> ALL =
      List.of(
          "X-Amz-Algorithm",
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-SignedHeaders",
          "X-Amz-Signature",
          "X-Amz-Security-Token",
          "X-Amz-User-Agent",
          "X-Goog-Algorithm",
          "X-Goog-Credential",
          "X-Goog-Date",
          "X-Goog-Expires",
          "X-Goog-SignedHeaders",
          "X-Goog-Signature",
          "OSSAccessKeyId",
          "Expires",
          "Signature",
          "SecurityToken",
          "AccessKeyId",
          "X-Obs-Date",
          "X-Obs-Security-Token",
          "q-sign-algorithm",
          "q-ak",
          "q-sign-time",
          "q-key-time",
          "q-header-list",
          "q-url-param-list",
          "q-signature",
          "x-cos-security-token",
          "ns");

  private DefaultFilteredQueryParams() {}
}
