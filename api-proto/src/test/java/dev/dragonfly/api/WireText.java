package dev.dragonfly.api;

import com.google.protobuf.DescriptorProtos.DescriptorProto.ReservedRange;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a .proto file puts on the wire, as lines: {@code package.Message.field = number label type}.
 * The key of a line is what it describes, so that a change can be told from an addition.
 */
final class WireText {
  private final Map<String, String> lines = new TreeMap<>();

  /** The lines of all files, by what they describe. */
  static Map<String, String> of(Iterable<FileDescriptor> files) {
    WireText text = new WireText();
    for (FileDescriptor file : files) {
      file.getMessageTypes().forEach(text::message);
      file.getEnumTypes().forEach(text::enumeration);
      file.getServices().forEach(text::service);
    }
    return text.lines;
  }

  /**
   * What a line describes: {@code message X}, {@code enum X}, {@code service X}, {@code X reserved
   * n}, a field, value or method.
   */
  static String key(String line) {
    if (line.contains(" reserved ")) {
      return line;
    }
    int end = line.contains("/") ? line.indexOf(" (") : line.indexOf(" = ");
    return end < 0 ? line : line.substring(0, end);
  }

  private void message(Descriptor message) {
    if (message.getOptions().getMapEntry()) {
      return;
    }
    add("message " + message.getFullName());
    message.getFields().forEach(this::field);
    for (ReservedRange range : message.toProto().getReservedRangeList()) {
      for (int number = range.getStart(); number < range.getEnd(); number++) {
        add(message.getFullName() + " reserved " + number);
      }
    }
    message.getNestedTypes().forEach(this::message);
    message.getEnumTypes().forEach(this::enumeration);
  }

  private void field(FieldDescriptor field) {
    String label = field.isMapField() ? "" : label(field);
    add(field.getFullName() + " = " + field.getNumber() + " " + label + type(field));
  }

  private void enumeration(EnumDescriptor enumeration) {
    add("enum " + enumeration.getFullName());
    enumeration
        .getValues()
        .forEach(value ->
            add(enumeration.getFullName() + "." + value.getName() + " = " + value.getNumber()));
  }

  private void service(ServiceDescriptor service) {
    add("service " + service.getFullName());
    for (MethodDescriptor method : service.getMethods()) {
      add(
          "%s/%s (%s%s) returns (%s%s)"
              .formatted(
                  service.getFullName(),
                  method.getName(),
                  method.isClientStreaming() ? "stream " : "",
                  method.getInputType().getFullName(),
                  method.isServerStreaming() ? "stream " : "",
                  method.getOutputType().getFullName()));
    }
  }

  private void add(String line) {
    lines.put(key(line), line);
  }

  private static String label(FieldDescriptor field) {
    if (field.isRepeated()) {
      return "repeated ";
    }
    if (field.toProto().getProto3Optional()) {
      return "optional ";
    }
    OneofDescriptor oneof = field.getRealContainingOneof();
    return oneof == null ? "" : "oneof(" + oneof.getName() + ") ";
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      return "map " + type(entry.findFieldByNumber(1)) + " " + type(entry.findFieldByNumber(2));
    }
    return switch (field.getJavaType()) {
      case MESSAGE -> "message " + field.getMessageType().getFullName();
      case ENUM -> "enum " + field.getEnumType().getFullName();
      case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
          field.getType().name().toLowerCase(Locale.ROOT);
    };
  }
}
