package dev.dragonfly.common.policy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.UrlNormalizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the hosts of a cluster refuse to download, by kind of task. Immutable. */
public final class BlockList {
  /** Refuses nothing. */
  public static final BlockList NONE = new BlockList(Map.of());

  private final Map<TaskKind, BlockRules> rules;

  BlockList(Map<TaskKind, BlockRules> rules) {
    Map<TaskKind, BlockRules> given = new HashMap<>(rules);
    given.values().removeIf(BlockRules::isEmpty);
    this.rules = Map.copyOf(given);
  }

  /** The rule that refuses it, in words; absent where none does. */
  public Optional<String> ruleAgainst(Intent intent) {
    BlockRules some = rules.get(intent.kind());
    return some == null ? Optional.empty() : some.against(intent);
  }

  /**
   * Refuses what a rule is against.
   *
   * @throws DragonflyException PERMISSION_DENIED, with the rule; its first words are those that
   *     upstream daemons say
   */
  public void check(Intent intent) {
    Optional<String> rule = ruleAgainst(intent);
    if (rule.isPresent()) {
      throw new DragonflyException(
          ErrorCode.PERMISSION_DENIED,
          "download rejected by blocklist policy: tried %s, which the block list of the cluster refuses by its rule %s; change the rule at the manager"
              .formatted(UrlNormalizer.shown(intent.url()), rule.get()));
    }
  }
}
