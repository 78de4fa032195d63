package dev.dragonfly.manager.rest;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says that the manager serves. */
@RestController
@Tag(name = "health")
@SecurityRequirements
final class HealthController {
  /** A JSON string, which Harbor expects; REST opens its port after all else is up. */
  private static final String OK = "\"OK\"";

  @GetMapping(path = "/healthy", produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(summary = "Whether the manager serves")
  String healthy() {
    return OK;
  }
}
