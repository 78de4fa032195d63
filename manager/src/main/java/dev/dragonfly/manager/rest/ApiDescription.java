package dev.dragonfly.manager.rest;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import tools.jackson.databind.JsonNode;

/** What the OpenAPI page says beyond the endpoints themselves; built when somebody opens it. */
@Configuration(proxyBeanMethods = false)
@Lazy
class ApiDescription {
  private static final String SESSION = "session";

  @Bean
  OpenAPI openApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Dragonfly Manager")
                .version("1.0.0")
                .description(
                    "Clusters, schedulers and seed peers. Sign in at POST /api/v1/users/signin and send the token as Authorization: Bearer. Below /oapi a personal access token takes its place."))
        .components(
            new Components()
                .addSecuritySchemes(
                    SESSION,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .bearerFormat("JWT")))
        .addSecurityItem(new SecurityRequirement().addList(SESSION));
  }

  /**
   * What the generator cannot see: JSON columns are objects of any content, every operation but the
   * open ones may be refused, and operations have names that say what they do.
   */
  @Bean
  GlobalOperationCustomizer operations() {
    SpringDocUtils.getConfig().replaceWithSchema(JsonNode.class, new ObjectSchema());
    return (operation, method) -> {
      String tag = operation.getTags() == null ? "" : operation.getTags().getFirst();
      operation.setOperationId(method.getMethod().getName() + "-" + tag);
      ApiResponses answers = operation.getResponses();
      boolean open =
          AnnotatedElementUtils.hasAnnotation(method.getBeanType(), SecurityRequirements.class);
      if (!open) {
        answers.addApiResponse("401", refused("No session, or not allowed", "message"));
      }
      if (!method.getMethod().getName().equals("list")) {
        answers.addApiResponse("404", refused("There is no such row", "message"));
      }
      if (method.hasMethodAnnotation(PostMapping.class)
          || method.hasMethodAnnotation(PatchMapping.class)) {
        answers.addApiResponse("409", refused("Another row has this name", "message"));
      }
      answers.addApiResponse("422", refused("The request is wrong", "errors"));
      return operation;
    };
  }

  private static ApiResponse refused(String description, String member) {
    return new ApiResponse()
        .description(description)
        .content(
            new Content()
                .addMediaType(
                    "application/json",
                    new MediaType()
                        .schema(new ObjectSchema().addProperty(member, new StringSchema()))));
  }

  /** The generator has a mapper of its own; this gives it the names that the endpoints use. */
  @Bean
  ModelConverter modelResolver() {
    return new ModelResolver(
        Json.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
  }
}
