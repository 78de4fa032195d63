package dev.dragonfly.scenario;

import dev.dragonfly.cluster.Programs;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The test needs programs that a developer's machine may lack. Where one is missing the test is
 * left out and the report says why; with {@code CI=true} it runs, and fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsProgram.Installed.class)
public @interface NeedsProgram {
  /** Names of programs, looked for on the PATH and in the sbin folders. */
  String[] value();

  /** Whether only root can run them. */
  boolean root() default false;

  /** Looks for the programs. */
  final class Installed implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), NeedsProgram.class)
          .map(Installed::decide)
          .orElseGet(() -> ConditionEvaluationResult.enabled("needs no program"));
    }

    private static ConditionEvaluationResult decide(NeedsProgram needs) {
      if ("true".equals(System.getenv("CI"))) {
        return ConditionEvaluationResult.enabled("nothing is left out here");
      }
      for (String program : needs.value()) {
        if (Programs.find(program).isEmpty()) {
          return leftOut(program + " is not installed; .ci/run installs it");
        }
      }
      if (needs.root() && !"root".equals(System.getProperty("user.name"))) {
        return leftOut("it needs root");
      }
      return ConditionEvaluationResult.enabled("all programs are there");
    }

    private static ConditionEvaluationResult leftOut(String reason) {
      System.err.println("left out: " + reason);
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
