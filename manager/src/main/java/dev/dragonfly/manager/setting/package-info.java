/** Named settings that operators keep in the manager. */
@NullMarked
package dev.dragonfly.manager.setting;

import org.jspecify.annotations.NullMarked;
