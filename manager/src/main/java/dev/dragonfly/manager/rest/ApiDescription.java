package dev.dragonfly.manager.rest;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.method.HandlerMethod;
import tools.jackson.databind.JsonNode;

/** What the OpenAPI page says beyond the endpoints themselves; built when somebody opens it. */
@Configuration(proxyBeanMethods = false)
@Lazy
class ApiDescription {
  private static final String SESSION = "session";

  /** The expression of one of some words, the last of which may be no word at all. */
  private static final Pattern WORDS = Pattern.compile("\\w+(\\|\\w+)*\\|?");

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
    return (operation, method) -> {
      String tag = operation.getTags() == null ? "" : operation.getTags().getFirst();
      operation.setOperationId(method.getMethod().getName() + "-" + tag);
      ApiResponses answers = operation.getResponses();
      boolean open =
          AnnotatedElementUtils.hasAnnotation(method.getBeanType(), SecurityRequirements.class);
      if (!open) {
        answers.addApiResponse("401", refused("No session, or not allowed", "message"));
      }
      requireForCreation(operation, method);
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

  /** A body that serves creations and changes has fields that only a creation needs. */
  private static void requireForCreation(Operation operation, HandlerMethod method) {
    for (MethodParameter parameter : method.getMethodParameters()) {
      Validated validated = parameter.getParameterAnnotation(Validated.class);
      Class<?> body =
          ResolvableType.forMethodParameter(parameter.withContainingClass(method.getBeanType()))
              .resolve();
      if (validated == null
          || body == null
          || !body.isRecord()
          || !Arrays.asList(validated.value()).contains(Creation.class)) {
        continue;
      }
      List<String> names =
          Arrays.stream(body.getDeclaredFields())
              .filter(field -> field.isAnnotationPresent(Required.class))
              .map(field -> Words.snakeCase(field.getName()))
              .toList();
      operation
          .getRequestBody()
          .getContent()
          .values()
          .forEach(content ->
              content.setSchema(
                  new Schema<>()
                      .addAllOfItem(content.getSchema())
                      .addAllOfItem(new ObjectSchema().required(names))));
    }
  }

  /** What must be one of some words is told as a list of them and not as an expression. */
  @Bean
  GlobalOpenApiCustomizer words() {
    return description -> {
      Map<String, Schema> schemas = description.getComponents().getSchemas();
      if (schemas != null) {
        schemas.values().stream()
            .map(Schema::getProperties)
            .filter(Objects::nonNull)
            .forEach(
                properties -> properties.values().forEach(property -> words((Schema<?>) property)));
      }
      description
          .getPaths()
          .values()
          .forEach(path ->
              path.readOperations()
                  .forEach(operation -> {
                    if (operation.getParameters() != null) {
                      operation.getParameters().forEach(parameter -> words(parameter.getSchema()));
                    }
                  }));
    };
  }

  @SuppressWarnings("unchecked") // Of a text, the words are texts.
  private static void words(@Nullable Schema<?> schema) {
    String pattern = schema == null ? null : schema.getPattern();
    if (schema == null || pattern == null || !WORDS.matcher(pattern).matches()) {
      return;
    }
    schema.setPattern(null);
    ((Schema<Object>) schema).setEnum(List.of((Object[]) pattern.split("\\|")));
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

  /** Whether an annotation tells what a JSON column holds. */
  private static boolean saysOfWhatForm(AnnotatedType type) {
    Annotation[] annotations = type.getCtxAnnotations();
    return annotations != null
        && Arrays.stream(annotations)
            .anyMatch(io.swagger.v3.oas.annotations.media.Schema.class::isInstance);
  }

  /** The generator has a mapper of its own; this gives it the names that the endpoints use. */
  @Bean
  ModelConverter modelResolver() {
    return new ModelResolver(
        Json.mapper().copy().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)) {
      @Override
      public @Nullable Schema<?> resolve(
          AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> next) {
        boolean document =
            _mapper.constructType(type.getType()).getRawClass() == JsonNode.class
                && !saysOfWhatForm(type);
        return document ? new ObjectSchema() : super.resolve(type, context, next);
      }
    };
  }
}
