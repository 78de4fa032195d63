package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.registry.HttpImageResolver;
import dev.dragonfly.common.registry.ImageRequest;
import dev.dragonfly.common.registry.ImageResolver;
import dev.dragonfly.common.registry.ResolvedImage;
import dev.dragonfly.common.registry.ResolverConfig;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.scenario.NeedsProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manager asks before a preheat, at a real registry. */
@NeedsProgram({"docker-registry", "htpasswd"})
class ImageResolverIT {
  private static final Image IMAGE = Image.of(7, 1 << 10, 2 << 10);

  @TempDir private Path folder;

  @Test
  void anImageOfARealRegistryIsItsBlobs() {
    try (SystemTimers timers = new SystemTimers("test-timers");
        DockerRegistry registry = new DockerRegistry(folder, Optional.empty())) {
      registry.push("team/app", "v1", IMAGE);
      ImageResolver resolver = resolver(timers);
      ResolvedImage image = resolver.resolve(request(registry, "v1", ""));
      assertThat(image.blobUrls())
          .hasSize(3)
          .hasSameSizeAs(IMAGE.blobs().keySet())
          .allMatch(url ->
              IMAGE.blobs().keySet().stream()
                  .anyMatch(digest -> url.equals(registry.url() + "/v2/team/app/blobs/" + digest)));
      assertThat(resolver.resolve(request(registry, IMAGE.digest(), ""))).isEqualTo(image);
      assertThatThrownBy(() -> resolver.resolve(request(registry, "v2", "")))
          .hasMessage("failed to pull image manifest: manifest unknown: manifest unknown");
    }
  }

  @Test
  void aRealRegistryLetsInWhoHasThePassword() {
    try (SystemTimers timers = new SystemTimers("test-timers");
        DockerRegistry registry = new DockerRegistry(folder, Optional.of("alice:secret"))) {
      registry.push("team/app", "v1", IMAGE);
      ImageResolver resolver = resolver(timers);
      assertThat(resolver.resolve(request(registry, "v1", "secret")).headers())
          .containsOnlyKeys("Authorization");
      assertThatThrownBy(() -> resolver.resolve(request(registry, "v1", "wrong")))
          .isInstanceOfSatisfying(
              DragonflyException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED));
    }
  }

  private static ImageResolver resolver(SystemTimers timers) {
    return new HttpImageResolver(
        "preheat",
        new ResolverConfig(
            List.of("127.0.0.0/8"), List.of(), Optional.empty(), Duration.ofSeconds(25)),
        SystemTime.INSTANCE,
        timers);
  }

  private static ImageRequest request(DockerRegistry registry, String reference, String password) {
    return new ImageRequest(
        registry.url() + "/v2/team/app/manifests/" + reference,
        Map.of(),
        password.isEmpty() ? "" : "alice",
        Optional.of(password).filter(text -> !text.isEmpty()).map(Secret::of),
        "");
  }
}
