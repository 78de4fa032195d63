package dev.dragonfly.dfdaemon.runtime;

import java.util.List;

/**
 * What we did to a node: all that is needed to take it back.
 *
 * @param version of this form
 * @param folders that we made, outermost first
 */
record Written(int version, List<WrittenFile> files, List<String> folders) {
  static final Written NOTHING = new Written(1, List.of(), List.of());

  Written {
    files = List.copyOf(files);
    folders = List.copyOf(folders);
  }
}
