//! Places things of a network: springs pull together what is connected, everything pushes everything else away, and
//! the best of several tries is taken. All is deterministic.

use super::shape::Point;

/// A graph that is laid out.
pub(crate) struct Plan {
    /// How far every thing reaches from its centre, to the side and up.
    pub(crate) halves: Vec<Point>,
    /// The pairs that are connected, and how far apart they should be beside what they reach themselves.
    pub(crate) lines: Vec<(usize, usize, f64)>,
    /// Things that belong half-way between two others.
    pub(crate) middles: Vec<(usize, usize, usize)>,
    /// Things that stand close to another, wherever there is room.
    pub(crate) notes: Vec<(usize, usize)>,
}

/// The space between things.
const GAP: f64 = 12.0;

/// A place for everything.
pub(crate) fn place(plan: &Plan) -> Vec<Point> {
    // Large networks are drawn once, in a second or so.
    let tries = (40_000 / (plan.halves.len() * plan.halves.len() + 1)).clamp(1, 40);
    let mut best: Option<(f64, Vec<Point>)> = None;
    for seed in 0..tries {
        let points = attempt(plan, seed);
        let badness = plan.badness(&points);
        if best.as_ref().is_none_or(|(least, _)| badness < *least) {
            best = Some((badness, points));
        }
    }
    best.map(|(_, points)| points).unwrap_or_default()
}

fn attempt(plan: &Plan, seed: usize) -> Vec<Point> {
    let mut points = start(plan.halves.len(), seed);
    if seed.is_multiple_of(2) {
        plan.unfold(&mut points);
    }
    let steps = 300;
    for step in 0..steps {
        let furthest = 24.0 * (1.0 - f64::from(step) / f64::from(steps)) + 0.5;
        let forces = plan.forces(&points);
        for (point, force) in points.iter_mut().zip(forces) {
            let length = force.x.hypot(force.y).max(1e-9);
            let scale = length.min(furthest) / length;
            point.x += force.x * scale;
            point.y += force.y * scale;
        }
    }
    plan.separate(&mut points);
    plan.straighten(&mut points);
    plan.attach(&mut points);
    points
}

/// A circle, not quite round, begun elsewhere for every seed, its points in another order.
fn start(count: usize, seed: usize) -> Vec<Point> {
    let mut state = u32::try_from(seed % 1_000_000).unwrap_or(0).wrapping_mul(0x9E37_79B9).wrapping_add(1);
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 8) / f64::from(1_u32 << 24)
    };
    let size = 60.0 * float(count).sqrt();
    (0..count)
        .map(|number| {
            let angle = std::f64::consts::TAU * if seed == 0 { float(number) / float(count) } else { random() };
            let radius = size * (0.4 + 0.6 * random());
            Point { x: radius * angle.cos() * 1.4, y: radius * angle.sin() }
        })
        .collect()
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

impl Plan {
    fn forces(&self, points: &[Point]) -> Vec<Point> {
        let mut forces: Vec<Point> = points.iter().map(|p| Point { x: -0.008 * p.x, y: -0.014 * p.y }).collect();
        for a in 0..points.len() {
            for b in (0..a).filter(|b| !self.is_note(a) && !self.is_note(*b)) {
                let (x, y) = (points[a].x - points[b].x, points[a].y - points[b].y);
                let distance = x.hypot(y).max(1.0);
                let push = 26_000.0 / (distance * distance * distance.max(25.0));
                let (x, y) = (push * x, push * y);
                forces[a] = Point { x: forces[a].x + x, y: forces[a].y + y };
                forces[b] = Point { x: forces[b].x - x, y: forces[b].y - y };
            }
        }
        for &(a, b, between) in &self.lines {
            let (x, y) = (points[b].x - points[a].x, points[b].y - points[a].y);
            let distance = x.hypot(y).max(1.0);
            let rest = between + self.reach(a).min(40.0) + self.reach(b).min(40.0);
            let pull = 0.2 * (distance - rest) / distance;
            forces[a] = Point { x: forces[a].x + pull * x, y: forces[a].y + pull * y };
            forces[b] = Point { x: forces[b].x - pull * x, y: forces[b].y - pull * y };
        }
        forces
    }

    /// Brings all things about as far apart as the ways between them are long, which springs alone do not: a grid is not folded then, nor
    /// a chain tied. (Stress majorization, one thing after the other.)
    fn unfold(&self, points: &mut [Point]) {
        let ways = self.ways();
        for _ in 0..60 {
            for a in (0..points.len()).filter(|a| !self.is_note(*a)) {
                let (mut sum, mut weights) = (Point::default(), 0.0);
                for b in (0..points.len()).filter(|b| *b != a && !self.is_note(*b)) {
                    let (x, y) = (points[a].x - points[b].x, points[a].y - points[b].y);
                    let (way, distance) = (ways[a][b], x.hypot(y).max(1.0));
                    let (weight, scale) = (1.0 / (way * way), way / distance);
                    sum = Point {
                        x: sum.x + weight * (points[b].x + scale * x),
                        y: sum.y + weight * (points[b].y + scale * y),
                    };
                    weights += weight;
                }
                if weights > 0.0 {
                    points[a] = Point { x: sum.x / weights, y: sum.y / weights };
                }
            }
        }
    }

    /// How long the way from each thing to each other is, along lines; to what it is not connected with a little more than any way.
    fn ways(&self) -> Vec<Vec<f64>> {
        const LINE: f64 = 66.0;
        let count = self.halves.len();
        let mut neighbours = vec![Vec::new(); count];
        for &(a, b, _) in &self.lines {
            neighbours[a].push(b);
            neighbours[b].push(a);
        }
        let from = |start: usize| {
            let mut lines = vec![None; count];
            lines[start] = Some(0_usize);
            let mut reached = vec![start];
            let mut next = 0;
            while let Some(&here) = reached.get(next) {
                next += 1;
                for &there in &neighbours[here] {
                    if lines[there].is_none() {
                        lines[there] = lines[here].map(|lines| lines + 1);
                        reached.push(there);
                    }
                }
            }
            lines
        };
        let lines: Vec<Vec<Option<usize>>> = (0..count).map(from).collect();
        let longest = lines.iter().flatten().flatten().max().copied().unwrap_or(0);
        let way = |lines: &Option<usize>| LINE * float(lines.unwrap_or(longest + 1).max(1));
        lines.iter().map(|row| row.iter().map(way).collect()).collect()
    }

    fn reach(&self, thing: usize) -> f64 {
        f64::midpoint(self.halves[thing].x, self.halves[thing].y)
    }

    /// How much two things overlap, to the side and up; both are positive if they do.
    fn overlap(&self, points: &[Point], a: usize, b: usize) -> Point {
        let (p, q) = (self.halves[a], self.halves[b]);
        Point {
            x: p.x + q.x + GAP - (points[a].x - points[b].x).abs(),
            y: p.y + q.y + GAP - (points[a].y - points[b].y).abs(),
        }
    }

    /// Pushes apart what overlaps, in the direction that takes less.
    fn separate(&self, points: &mut [Point]) {
        for _ in 0..500 {
            let mut moved = false;
            for a in 0..points.len() {
                for b in (0..a).filter(|b| !self.is_note(a) && !self.is_note(*b)) {
                    let overlap = self.overlap(points, a, b);
                    if overlap.x <= 0.0 || overlap.y <= 0.0 {
                        continue;
                    }
                    moved = true;
                    let sign = |difference: f64| if difference < 0.0 { -0.51 } else { 0.51 };
                    if overlap.x < overlap.y {
                        let step = overlap.x * sign(points[a].x - points[b].x);
                        points[a].x += step;
                        points[b].x -= step;
                    } else {
                        let step = overlap.y * sign(points[a].y - points[b].y);
                        points[a].y += step;
                        points[b].y -= step;
                    }
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn is_note(&self, thing: usize) -> bool {
        self.notes.iter().any(|(note, _)| *note == thing)
    }

    /// Puts what belongs half-way there, if nothing else is.
    fn straighten(&self, points: &mut [Point]) {
        for &(thing, from, to) in &self.middles {
            let before = (points[thing], self.badness(points));
            points[thing] = middle(points[from], points[to]);
            if self.badness(points) > before.1 {
                points[thing] = before.0;
            }
        }
    }

    /// Puts notes where they are in nobody's way, below if there is a choice.
    fn attach(&self, points: &mut [Point]) {
        for &(note, to) in &self.notes {
            let half = self.halves[note];
            let place = |turn: u32| {
                let angle = std::f64::consts::TAU * (f64::from(turn) / 16.0 + 0.25);
                let (x, y) = ((half.x + 10.0) * angle.cos(), (half.y + 10.0) * angle.sin());
                Point { x: points[to].x + x, y: points[to].y + y }
            };
            let places: Vec<Point> = (0..16).map(place).collect();
            let cost = |place: &Point| self.obstruction(points, note, *place);
            let best = places.into_iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
            points[note] = best.unwrap_or(points[to]);
        }
    }

    /// How much a note would be in the way.
    fn obstruction(&self, points: &[Point], note: usize, place: Point) -> f64 {
        let reach = self.halves[note].x.max(self.halves[note].y) + 2.0;
        let lines = self.lines.iter().map(|&(a, b, _)| distance(place, points[a], points[b]));
        let things = (0..points.len()).filter(|thing| *thing != note && !self.is_note(*thing));
        let things = things.map(|thing| {
            let (p, q) = (self.halves[thing], self.halves[note]);
            let (x, y) = ((points[thing].x - place.x).abs() - p.x - q.x, (points[thing].y - place.y).abs() - p.y - q.y);
            x.max(y) + reach
        });
        lines.chain(things).map(|room| (reach - room).max(0.0)).sum()
    }

    /// Crossings, lines through things, things on things, and the area.
    fn badness(&self, points: &[Point]) -> f64 {
        let mut badness = 0.0;
        for (number, &(a, b, _)) in self.lines.iter().enumerate() {
            for &(c, d, _) in &self.lines[..number] {
                let apart = a != c && a != d && b != c && b != d;
                badness += if apart && crosses(points[a], points[b], points[c], points[d]) { 60.0 } else { 0.0 };
            }
            for thing in (0..points.len()).filter(|thing| *thing != a && *thing != b) {
                badness += if meets(points[a], points[b], points[thing], self.halves[thing]) { 200.0 } else { 0.0 };
            }
        }
        for &(thing, from, to) in &self.middles {
            let middle = middle(points[from], points[to]);
            badness += 1.5 * (points[thing].x - middle.x).hypot(points[thing].y - middle.y);
        }
        for a in 0..points.len() {
            for b in (0..a).filter(|b| !self.is_note(a) && !self.is_note(*b)) {
                let overlap = self.overlap(points, a, b);
                badness += if overlap.x > 0.5 && overlap.y > 0.5 { 400.0 } else { 0.0 };
            }
        }
        let span = |values: &dyn Fn(&Point) -> f64| {
            let (least, most) = points.iter().map(values).fold((0.0_f64, 0.0_f64), |(a, b), v| (a.min(v), b.max(v)));
            most - least
        };
        badness + 0.1 * span(&|p| p.x) + 0.16 * span(&|p| p.y)
    }
}

fn middle(a: Point, b: Point) -> Point {
    Point { x: f64::midpoint(a.x, b.x), y: f64::midpoint(a.y, b.y) }
}

/// Whether two lines cross.
fn crosses(a: Point, b: Point, c: Point, d: Point) -> bool {
    let side = |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x) > 0.0;
    side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b)
}

/// Whether a line meets a thing, or nearly.
fn meets(from: Point, to: Point, centre: Point, half: Point) -> bool {
    const ROOM: f64 = 3.0;
    let within = |from: f64, to: f64, centre: f64, half: f64| {
        let (before, after) = (centre - half - ROOM - from, centre + half + ROOM - from);
        let step = to - from;
        if step.abs() < 1e-9 {
            return if before <= 0.0 && after >= 0.0 { (0.0, 1.0) } else { (1.0, 0.0) };
        }
        let (a, b) = (before / step, after / step);
        (a.min(b), a.max(b))
    };
    let ((x_first, x_last), (y_first, y_last)) =
        (within(from.x, to.x, centre.x, half.x), within(from.y, to.y, centre.y, half.y));
    x_first.max(y_first).max(0.0) <= x_last.min(y_last).min(1.0)
}

/// How far a point is from a line.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let (x, y) = (to.x - from.x, to.y - from.y);
    let along = ((point.x - from.x) * x + (point.y - from.y) * y) / (x * x + y * y).max(1e-9);
    let along = along.clamp(0.0, 1.0);
    (point.x - from.x - along * x).hypot(point.y - from.y - along * y)
}
