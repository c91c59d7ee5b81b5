;; Pictures made into what the networks take: from three bytes a pixel to four, the fourth of which says nothing.
;; These loops run over every pixel of every frame. Each works on the three colours of a pixel at once, in a quarter
;; to a third of the time that JavaScript needs for one after the other.
;;
;; The memory belongs to kernel.ts, which says what lies where. Sources may be read up to 16 bytes past their end.
;; Pixels between pixels are counted in 128ths: weights of two neighbours make 128, of four 16,384.
(module
  (memory (export "memory") 68)

  ;; A row of means of 2 x 2 pixels, out of the rows at `top` and `low`; `count` is that of the means.
  (func (export "halve") (param $top i32) (param $low i32) (param $to i32) (param $count i32)
    (local $end i32) (local $sum v128)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $count) (i32.const 2))))
    (loop $pixel
      (local.set $sum
        (i16x8.add
          (i16x8.add (v128.load8x8_u (local.get $top)) (v128.load8x8_u offset=3 (local.get $top)))
          (i16x8.add (v128.load8x8_u (local.get $low)) (v128.load8x8_u offset=3 (local.get $low)))))
      (local.set $sum
        (i16x8.shr_u (i16x8.add (local.get $sum) (v128.const i16x8 2 2 2 2 2 2 2 2)) (i32.const 2)))
      (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
      (local.set $top (i32.add (local.get $top) (i32.const 6)))
      (local.set $low (i32.add (local.get $low) (i32.const 6)))
      (br_if $pixel (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 4))) (local.get $end)))))

  ;; One pixel mixed of the two at `at` and the two a row below, as four numbers of 0 to 255 x 16,384.
  (func $mixed (param $at i32) (param $rowBytes i32) (param $across v128) (param $down v128) (result v128)
    (i32x4.dot_i16x8_s
      (v128.or
        (call $beside (local.get $at) (local.get $across))
        (i32x4.shl
          (call $beside (i32.add (local.get $at) (local.get $rowBytes)) (local.get $across))
          (i32.const 16)))
      (local.get $down)))

  ;; The same of two pixels beside each other, as four numbers of 0 to 255 x 128.
  (func $beside (param $at i32) (param $across v128) (result v128)
    (i32x4.dot_i16x8_s
      (i8x16.swizzle
        (v128.load64_zero (local.get $at))
        ;; Red with red, green with green, blue with blue; -1 is a zero.
        (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1))
      (local.get $across)))

  ;; The weights of two neighbours, `share` 128ths of them the second one's.
  (func $weights (param $share i32) (result v128)
    (i32x4.splat
      (i32.sub (i32.add (i32.shl (local.get $share) (i32.const 16)) (i32.const 128)) (local.get $share))))

  ;; Fills `width` x `height` pixels at `to` from an upright rectangle. `columns` and `rows` say for each of them
  ;; where it is in the source, in bytes, and how many 128ths its second neighbour has: two numbers of 4 bytes each.
  (func (export "upright")
    (param $from i32) (param $rowBytes i32) (param $columns i32) (param $rows i32)
    (param $to i32) (param $width i32) (param $height i32)
    (local $lastRow i32) (local $end i32) (local $column i32) (local $row i32)
    (local $down v128) (local $sum v128)
    (local.set $lastRow (i32.add (local.get $rows) (i32.shl (local.get $height) (i32.const 3))))
    (loop $line
      (local.set $row (i32.add (local.get $from) (i32.load (local.get $rows))))
      (local.set $down (call $weights (i32.load offset=4 (local.get $rows))))
      (local.set $column (local.get $columns))
      (local.set $end (i32.add (local.get $to) (i32.shl (local.get $width) (i32.const 2))))
      (loop $pixel
        (local.set $sum
          (call $mixed
            (i32.add (local.get $row) (i32.load (local.get $column)))
            (local.get $rowBytes)
            (call $weights (i32.load offset=4 (local.get $column)))
            (local.get $down)))
        (local.set $sum
          (i32x4.shr_u (i32x4.add (local.get $sum) (v128.const i32x4 8192 8192 8192 8192)) (i32.const 14)))
        (call $put (local.get $to) (local.get $sum))
        (local.set $column (i32.add (local.get $column) (i32.const 8)))
        (br_if $pixel (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 4))) (local.get $end))))
      (br_if $line
        (i32.lt_u (local.tee $rows (i32.add (local.get $rows) (i32.const 8))) (local.get $lastRow)))))

  ;; Four numbers of 0 to 255 as one pixel.
  (func $put (param $to i32) (param $numbers v128)
    (local.set $numbers (i16x8.narrow_i32x4_u (local.get $numbers) (local.get $numbers)))
    (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $numbers) (local.get $numbers))))

  ;; Adds one line of samples to the `count` sums at `sums`, `columns` samples each. A sample at u is taken from
  ;; ((a u + bx) / (g u + bw), (d u + by) / (g u + bw)), held within 0 to `right` and `bottom`.
  (func (export "addLine")
    (param $from i32) (param $rowBytes i32) (param $right f64) (param $bottom f64)
    (param $a f64) (param $bx f64) (param $d f64) (param $by f64) (param $g f64) (param $bw f64)
    (param $u f64) (param $stepU f64) (param $columns i32) (param $sums i32) (param $count i32)
    (local $end i32) (local $left i32) (local $sum v128) (local $scale f64) (local $x i32) (local $y i32)
    (local.set $end (i32.add (local.get $sums) (i32.shl (local.get $count) (i32.const 4))))
    (loop $pixel
      (local.set $left (local.get $columns))
      (local.set $sum (v128.load (local.get $sums)))
      (loop $sample
        (local.set $scale
          (f64.div (f64.const 1) (f64.add (f64.mul (local.get $g) (local.get $u)) (local.get $bw))))
        (local.set $x
          (call $place (local.get $a) (local.get $u) (local.get $bx) (local.get $scale) (local.get $right)))
        (local.set $y
          (call $place (local.get $d) (local.get $u) (local.get $by) (local.get $scale) (local.get $bottom)))
        (local.set $sum
          (i32x4.add
            (local.get $sum)
            (call $mixed
              (i32.add
                (i32.add
                  (local.get $from)
                  (i32.mul (i32.shr_u (local.get $y) (i32.const 7)) (local.get $rowBytes)))
                (i32.mul (i32.shr_u (local.get $x) (i32.const 7)) (i32.const 3)))
              (local.get $rowBytes)
              (call $weights (i32.and (local.get $x) (i32.const 127)))
              (call $weights (i32.and (local.get $y) (i32.const 127))))))
        (local.set $u (f64.add (local.get $u) (local.get $stepU)))
        (br_if $sample (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (v128.store (local.get $sums) (local.get $sum))
      (br_if $pixel
        (i32.lt_u (local.tee $sums (i32.add (local.get $sums) (i32.const 16))) (local.get $end)))))

  ;; Where a sample is taken, in 128ths of a pixel from the first one's centre; 0 for what is no number.
  (func $place (param $a f64) (param $u f64) (param $b f64) (param $scale f64) (param $most f64) (result i32)
    (i32.trunc_sat_f64_u
      (f64.add
        (f64.mul
          (f64.min
            (f64.max
              (f64.sub
                (f64.mul (f64.add (f64.mul (local.get $a) (local.get $u)) (local.get $b)) (local.get $scale))
                (f64.const 0.5))
              (f64.const 0))
            (local.get $most))
          (f64.const 128))
        (f64.const 0.5))))

  ;; Makes `count` pixels at `to` of the sums at `sums`, `share` of each, and the sums nothing again.
  (func (export "settle") (param $sums i32) (param $to i32) (param $count i32) (param $share f32)
    (local $end i32)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $count) (i32.const 2))))
    (loop $pixel
      (call $put
        (local.get $to)
        (i32x4.trunc_sat_f32x4_u
          (f32x4.add
            (f32x4.mul (f32x4.convert_i32x4_u (v128.load (local.get $sums))) (f32x4.splat (local.get $share)))
            (v128.const f32x4 0.5 0.5 0.5 0.5))))
      (v128.store (local.get $sums) (v128.const i32x4 0 0 0 0))
      (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
      (br_if $pixel (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 4))) (local.get $end))))))
