package dev.dragonfly.dfdaemon.runtime;

import java.util.List;

/**
 * A file as it shall be.
 *
 * @param secret whether only its owner may read it, if it is new
 * @param activation the command after which the runtime knows a change of it; empty when it sees by
 *     itself
 */
record WantedFile(RuntimeKind runtime, String text, boolean secret, List<String> activation) {}
