package dev.dragonfly.manager.rest;

import dev.dragonfly.common.observe.Metrics;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** How requests are read and in which order they pass: JSON only, whatever headers say. */
@Configuration(proxyBeanMethods = false)
class WebRules implements WebMvcConfigurer {
  /** Before the filters of Spring Security, which have -100. */
  private static final int FIRST = -1_000;

  @Override
  public void configureContentNegotiation(ContentNegotiationConfigurer negotiation) {
    negotiation
        .ignoreAcceptHeader(true)
        .defaultContentTypeStrategy(request ->
            List.of(
                request.getNativeRequest() instanceof HttpServletRequest plain
                        && plain.getRequestURI().equals("/v3/api-docs.yaml")
                    ? MediaType.ALL
                    : MediaType.APPLICATION_JSON));
  }

  /** Where existing clients look for the description. */
  @Override
  public void addViewControllers(ViewControllerRegistry registry) {
    for (String path : List.of("/swagger", "/swagger/", "/swagger/index.html")) {
      registry
          .addRedirectViewController(path, "/swagger-ui/index.html")
          .setStatusCode(HttpStatus.MOVED_PERMANENTLY);
    }
    registry.addRedirectViewController("/swagger/doc.json", "/v3/api-docs");
  }

  @Bean
  JsonMapperBuilderCustomizer strictJson() {
    return StrictJson::apply;
  }

  @Bean
  FilterRegistrationBean<Filter> crossOrigin(WebConfig config) {
    return inOrder(new CrossOrigin(config.corsOrigins()), 0);
  }

  /** First of all: neither audited nor asked for a session. */
  @Bean
  FilterRegistrationBean<Filter> metricsPage(WebConfig config, Metrics metrics) {
    FilterRegistrationBean<Filter> page = inOrder(new MetricsPage(metrics), -1);
    page.setEnabled(config.metrics());
    return page;
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> meterOfRequests(
      MeterRegistry registry) {
    return factory -> factory.addEngineValves(new RestMeter(registry));
  }

  @Bean
  FilterRegistrationBean<Filter> plainPaths() {
    return inOrder(new PlainPaths(), 1);
  }

  @Bean
  FilterRegistrationBean<Filter> failures(
      @Qualifier("handlerExceptionResolver") HandlerExceptionResolver resolver) {
    return inOrder(new FailureFilter(resolver), 3);
  }

  @Bean
  FilterRegistrationBean<Filter> bodyGate() {
    return inOrder(new BodyGate(), 4);
  }

  @Bean
  FilterRegistrationBean<Filter> listGate() {
    return inOrder(new ListGate(), 5);
  }

  /** The factory sets a valve of its own last, on the host: so this one goes in as it starts. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> failuresOfTheContainer() {
    return factory ->
        factory.addContextCustomizers(context -> {
          if (context.getParent() instanceof StandardHost host) {
            host.setErrorReportValveClass(JsonErrorValve.class.getName());
          }
        });
  }

  /** Leaves the answer to the failure filter. */
  @Bean
  RequestRejectedHandler requestRejectedHandler() {
    return (request, response, rejected) -> {
      throw rejected;
    };
  }

  private static FilterRegistrationBean<Filter> inOrder(Filter filter, int place) {
    FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
    registration.setName(filter.getClass().getSimpleName());
    registration.setOrder(FIRST + place);
    registration.setUrlPatterns(List.of("/*"));
    return registration;
  }
}
