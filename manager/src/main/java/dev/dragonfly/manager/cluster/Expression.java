package dev.dragonfly.manager.cluster;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** A regular expression that RE2 understands. */
@Target({ElementType.FIELD, ElementType.TYPE_USE, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Expression.Check.class)
@interface Expression {
  String message() default "is no regular expression of RE2";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Compiles it. */
  final class Check implements ConstraintValidator<Expression, String> {
    @Override
    public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
      try {
        return text == null || Pattern.compile(text) != null;
      } catch (PatternSyntaxException e) {
        return false;
      }
    }
  }
}
