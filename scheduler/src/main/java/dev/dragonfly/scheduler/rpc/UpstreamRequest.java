package dev.dragonfly.scheduler.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.TaskMapper;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request of upstream's preheat calls: the four kinds have the same fields under the same names
 * with different numbers, so that they are read by name.
 */
final class UpstreamRequest {
  private static final Duration LONGEST = Duration.ofHours(24);

  /** Fields of the request that a download has too. */
  private static final List<String> OF_DOWNLOAD =
      List.of(
          "url",
          "piece_length",
          "tag",
          "application",
          "filtered_query_params",
          "priority",
          "certificate_chain",
          "object_storage",
          "hdfs",
          "output_path");

  private static final int MOST_COUNT = 200;
  private static final int WHOLE = 100;

  private final Message request;

  UpstreamRequest(Message request) {
    this.request = request;
  }

  /**
   * What is to be read, with the URL of the request; checked.
   *
   * @throws DragonflyException INVALID_ARGUMENT naming the field
   */
  Download download() {
    Download.Builder download = Download.newBuilder();
    for (String name : OF_DOWNLOAD) {
      FieldDescriptor from = request.getDescriptorForType().findFieldByName(name);
      FieldDescriptor to = Download.getDescriptor().findFieldByName(name);
      boolean said =
          from != null
              && (from.isRepeated()
                  ? request.getRepeatedFieldCount(from) > 0
                  : request.hasField(from));
      if (said) {
        download.setField(to, request.getField(from));
      }
    }
    FieldDescriptor header = request.getDescriptorForType().findFieldByName("header");
    for (int i = 0; i < request.getRepeatedFieldCount(header); i++) {
      Message entry = (Message) request.getRepeatedField(header, i);
      download.putRequestHeader(part(entry, "key"), part(entry, "value"));
    }
    TaskMapper.toSpec(download.build());
    checkCertificates(download.getCertificateChainList());
    return download.build();
  }

  /** The hosts and the pace of a preheat. */
  PreheatRequest.Builder preheat() {
    PreheatRequest.Builder preheat =
        PreheatRequest.newBuilder()
            .setScope(text("scope"))
            .setConcurrentTaskCount(atOnce("concurrent_task_count", WHOLE))
            .setConcurrentPeerCount(atOnce("concurrent_peer_count", 1000));
    FieldDescriptor ips = field("ips");
    for (int i = 0; i < request.getRepeatedFieldCount(ips); i++) {
      preheat.addIps((String) request.getRepeatedField(ips, i));
    }
    number("count", MOST_COUNT).ifPresent(count -> preheat.setCount(count.intValue()));
    number("percentage", WHOLE).ifPresent(share -> preheat.setPercentage(share.intValue()));
    return preheat;
  }

  /** How much at once; 0 where the request does not say. */
  int atOnce(String name, int most) {
    return number(name, most).map(Long::intValue).orElse(0);
  }

  /** For all of it. */
  Duration timeout(Duration unsaid) {
    FieldDescriptor field = field("timeout");
    if (!request.hasField(field)) {
      return unsaid;
    }
    com.google.protobuf.Duration said = (com.google.protobuf.Duration) request.getField(field);
    Duration timeout = Duration.ofSeconds(said.getSeconds(), said.getNanos());
    Arguments.check(
        timeout.isPositive() && timeout.compareTo(LONGEST) <= 0,
        () -> "timeout must be positive and at most 24h");
    return timeout;
  }

  String text(String name) {
    return (String) request.getField(field(name));
  }

  private Optional<Long> number(String name, int most) {
    FieldDescriptor field = field(name);
    if (!request.hasField(field)) {
      return Optional.empty();
    }
    long value = ((Number) request.getField(field)).longValue();
    Arguments.check(
        value >= 1 && value <= most,
        () -> "%s must be 1 to %d, got %d".formatted(name, most, value));
    return Optional.of(value);
  }

  private FieldDescriptor field(String name) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalStateException(
          request.getDescriptorForType().getName() + " has no field " + name);
    }
    return field;
  }

  private static String part(Message entry, String name) {
    return (String) entry.getField(entry.getDescriptorForType().findFieldByName(name));
  }

  private static void checkCertificates(List<ByteString> chain) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (ByteString certificate : chain) {
        factory.generateCertificate(new ByteArrayInputStream(certificate.toByteArray()));
      }
    } catch (CertificateException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "failed to parse certificate chain: " + e.getMessage(), e);
    }
  }
}
