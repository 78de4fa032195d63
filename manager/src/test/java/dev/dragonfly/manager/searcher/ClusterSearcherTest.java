package dev.dragonfly.manager.searcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The order of clusters that daemons of all makes rely on. */
final class ClusterSearcherTest {
  private static final Map<String, Long> NAMES =
      Map.of("foo", 1L, "bar", 2L, "baz", 3L, "bax", 4L, "bac", 5L, "bae", 6L, "bat", 7L);
  private static final Offset<Double> PRECISION = within(1e-9);
  private static final String NETWORK = "128.168.1.0/24";
  private static final String OTHER_NETWORK = "128.168.2.0/24";

  private final ClusterSearcher searcher = new ClusterSearcher();

  @Test
  void withoutConditionsTheDefaultClusterComesFirst() {
    assertThat(rank(daemon("", "", ""), cluster("foo", Scopes.NONE), byDefault("bar", Scopes.NONE)))
        .containsExactly("bar", "foo");
  }

  @Test
  void theSameLocationComesFirst() {
    assertThat(
            rank(
                daemon("", "", "location-1"),
                cluster("foo", scopes("", "location-2")),
                cluster("bar", scopes("", "location-1"))))
        .containsExactly("bar", "foo");
  }

  @Test
  void oneOfSeveralIdcsIsEnough() {
    assertThat(
            rank(
                daemon("", "idc-2", ""),
                cluster("foo", scopes("idc|idc-1", "")),
                cluster("bar", scopes("idc-2|idc-3", ""))))
        .containsExactly("bar", "foo");
  }

  @Test
  void theNetworkOfTheCallerComesFirst() {
    assertThat(
            rank(
                daemon("128.168.1.0", "", ""),
                cluster("foo", new Scopes("", "", List.of(OTHER_NETWORK), List.of())),
                cluster("bar", new Scopes("", "", List.of(NETWORK), List.of()))))
        .containsExactly("bar", "foo");
  }

  @Test
  void aHostnameThatMatchesComesFirst() {
    assertThat(
            rank(
                daemon("", "", ""),
                cluster("foo", new Scopes("", "", List.of(), List.of("b.*"))),
                cluster("bar", new Scopes("", "", List.of(), List.of("f.*")))))
        .containsExactly("bar", "foo");
  }

  @Test
  void idcWeighsMoreThanLocationAndLocationMoreThanDefault() {
    assertThat(
            rank(
                daemon("", "idc-1", "location-1|location-2"),
                cluster("foo", scopes("idc-3", "location-1")),
                cluster("bar", scopes("idc-1", "location-3")),
                cluster("baz", scopes("idc-1", "location-1|location-2")),
                byDefault("bax", scopes("idc-3", "location-3")),
                cluster("bac", scopes("idc-1", "location-2"))))
        .containsExactly("baz", "bar", "bac", "foo", "bax");
  }

  @Test
  void allConditionsTogetherAndInUpperCase() {
    assertThat(
            rank(
                daemon("128.168.1.0", "idc-1", "location-1|location-2"),
                cluster("foo", full("LOCATION-2", NETWORK, "b.*")),
                cluster("bar", full("LOCATION-1", NETWORK)),
                cluster("baz", full("LOCATION-1|LOCATION-2", NETWORK, "f.*")),
                byDefault("bax", full("LOCATION-2", NETWORK)),
                cluster("bac", full("LOCATION-2", NETWORK)),
                byDefault("bae", full("LOCATION-2", NETWORK)),
                byDefault("bat", full("LOCATION-2", OTHER_NETWORK))))
        .containsExactly("baz", "bar", "bax", "bae", "foo", "bac", "bat");
  }

  @Test
  void noClustersGiveNoOrder() {
    assertThat(searcher.rank(List.of(), daemon("128.168.1.0", "idc-1", ""))).isEmpty();
  }

  @Test
  void whatIsBrokenCountsAsNotSaid() {
    Scopes broken = new Scopes("", "", List.of("128.168.1.0/33", "nonsense"), List.of("f(", "["));
    assertThat(score(broken, daemon("128.168.1.0", "", ""))).isZero();
    assertThat(score(full("", NETWORK), daemon("128.168.1", "", ""))).isZero();
  }

  @Test
  void aLocationThatIsTheSameForTwoOfThreeLevelsCountsTwoFifths() {
    assertThat(score(scopes("", "a|b|c"), daemon("", "", "A|B|d")))
        .isCloseTo(0.14 * 0.4, PRECISION);
    assertThat(score(scopes("", "a|b|c|d|e|f"), daemon("", "", "a|b|c|d|e|g")))
        .isCloseTo(0.14, PRECISION);
  }

  @Test
  void anAddressOfTheOldKindInTheNewFormIsTheSameAddress() {
    assertThat(score(full("", NETWORK), daemon("::ffff:128.168.1.7", "", "")))
        .isCloseTo(0.30, PRECISION);
  }

  private double score(Scopes scopes, Daemon daemon) {
    return ClusterSearcher.score(new Candidate(1, false, scopes), ScopeMatcher.Asked.of(daemon));
  }

  private List<String> rank(Daemon daemon, Candidate... candidates) {
    return searcher.rank(List.of(candidates), daemon).stream()
        .map(candidate -> name(candidate.clusterId()))
        .toList();
  }

  private static String name(long id) {
    return NAMES.entrySet().stream()
        .filter(entry -> entry.getValue() == id)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static Daemon daemon(String ip, String idc, String location) {
    return new Daemon("foo", ip, idc, location);
  }

  private static Candidate cluster(String name, Scopes scopes) {
    return new Candidate(id(name), false, scopes);
  }

  private static Candidate byDefault(String name, Scopes scopes) {
    return new Candidate(id(name), true, scopes);
  }

  private static long id(String name) {
    Long id = NAMES.get(name);
    return id == null ? 0 : id;
  }

  private static Scopes scopes(String idc, String location) {
    return new Scopes(idc, location, List.of(), List.of());
  }

  private static Scopes full(String location, String network, String... hostnames) {
    return new Scopes("IDC-1", location, List.of(network), List.of(hostnames));
  }
}
